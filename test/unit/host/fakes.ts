import type * as vscode from 'vscode';
import type { Answer, ContextReport } from '../../../src/common/context';
import type { EngineProtocol } from '../../../src/common/engineProtocol';
import type { EngineState } from '../../../src/common/engineState';
import { Emitter } from '../../../src/common/event';
import type { CallOptions } from '../../../src/common/rpc/client';
import type { ParamsOf, ProgressOf, ResultOf } from '../../../src/common/rpc/protocol';
import type { Engine } from '../../../src/host/engine/engine';
import type { EngineMethod } from '../../../src/host/engine/engineConnection';

export const silentLog = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export const context: ContextReport = {
  read: [{ path: '/w/a.ts', displayPath: 'a.ts', form: { kind: 'raw' }, reason: 'open', firstLine: 1, lastLine: 9, tokens: 90, positions: 90, partial: false }],
  leftOut: [{ path: '/w/b.ts', displayPath: 'b.ts', tokens: 9000 }],
  filesKnown: 2,
  tokens: 90,
  slots: 0,
  droppedTurns: 0,
  promptPositions: 120,
  reusedPositions: 0,
  answerPositions: 200,
  budget: 2048,
};

export function answerOf(text: string): Answer {
  return { text, stopReason: 'end', generatedTokens: 3, context, timings: { firstTokenMs: 5, compressMs: 0, prefillMs: 4, totalMs: 9, tokensPerSecond: 50 } };
}

/** One call that a test settles by hand. */
export interface FakeCall {
  readonly method: EngineMethod;
  readonly params: unknown;
  readonly options: CallOptions<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** An engine whose calls wait until the test settles them. */
export class FakeEngine implements Engine {
  readonly calls: FakeCall[] = [];
  readonly states = new Emitter<EngineState>();
  state: EngineState = { kind: 'stopped' };
  readonly onDidChangeState = this.states.event;
  readonly #willCall = new Emitter<EngineMethod>();
  readonly onWillCall = this.#willCall.event;

  call<M extends EngineMethod>(method: M, params: ParamsOf<EngineProtocol, M>, options: CallOptions<ProgressOf<EngineProtocol, M>> = {}): Promise<ResultOf<EngineProtocol, M>> {
    this.#willCall.fire(method);
    return new Promise((resolve, reject) => {
      this.calls.push({ method, params, options: options as CallOptions<unknown>, resolve: value => resolve(value as ResultOf<EngineProtocol, M>), reject });
    });
  }

  get last(): FakeCall {
    const call = this.calls.at(-1);
    if (call === undefined) {
      throw new Error('Nothing was called.');
    }
    return call;
  }
}

/** A memento that forgets with the test. */
export function memento(): vscode.Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: <T>(key: string, fallback?: T) => (values.has(key) ? (values.get(key) as T) : fallback),
    update: async (key: string, value: unknown) => void values.set(key, value),
  };
}

/** Lets everything that is already settled run. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
