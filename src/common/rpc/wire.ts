import * as v from 'valibot';
import type { Disposable } from '../disposable';
import { errorCodeSchema } from '../errors';

/** One end of a message channel: a child process, a webview, or two ends in memory for tests. */
export interface Port {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): Disposable;
  /** Fires once when the other end is gone; calls under way then fail with `engine-crashed`. */
  onClose(listener: (reason: string) => void): Disposable;
}

const callId = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Some channels are JSON underneath and drop a key whose value is undefined, so an absent payload is the same as an undefined one. */
const payload = v.optional(v.unknown());

/** What a client sends. */
export const clientMessageSchema = v.variant('kind', [
  v.object({ kind: v.literal('connect'), protocol: v.string(), version: v.number() }),
  v.object({ kind: v.literal('call'), id: callId, method: v.string(), params: payload }),
  v.object({ kind: v.literal('cancel'), id: callId }),
]);

/** What a server sends. */
export const serverMessageSchema = v.variant('kind', [
  v.object({ kind: v.literal('ready'), protocol: v.string(), version: v.number() }),
  v.object({ kind: v.literal('progress'), id: callId, snapshot: payload }),
  v.object({ kind: v.literal('result'), id: callId, value: payload }),
  v.object({ kind: v.literal('failure'), id: callId, code: errorCodeSchema, message: v.string() }),
]);

export type ClientMessage = v.InferOutput<typeof clientMessageSchema>;
export type ServerMessage = v.InferOutput<typeof serverMessageSchema>;
