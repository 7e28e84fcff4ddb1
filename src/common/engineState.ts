import * as v from 'valibot';
import { errorCodeSchema } from './errors';
import { engineInfoSchema } from './engineProtocol';

/** The engine as its clients see it; the status bar and the chat panel show it. */
export const engineStateSchema = v.variant('kind', [
  v.object({ kind: v.literal('stopped') }),
  v.object({ kind: v.literal('starting') }),
  v.object({ kind: v.literal('ready'), info: engineInfoSchema }),
  v.object({ kind: v.literal('busy'), info: engineInfoSchema, calls: v.number() }),
  v.object({ kind: v.literal('failed'), code: errorCodeSchema, message: v.string() }),
]);

export type EngineState = v.InferOutput<typeof engineStateSchema>;
