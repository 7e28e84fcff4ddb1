import type { ProviderStatus } from '../../common/executionProviders';
import type { Bundle } from '../bundle/openBundle';
import type { Decoder } from '../decoder/decoder';
import type { Projector } from '../encoder/projector';
import type { SlotEncoder } from '../encoder/slotEncoder';
import type { OnnxRuntime } from '../runtime/onnxRuntime';
import type { SlotStore } from '../slots/slotStore';
import type { Tokenizer } from '../tokenizer/tokenizer';
import type { InferenceLock } from './inferenceLock';
import type { MeanSlots } from './similarity';
import type { WorkspaceIndex } from './workspaceIndex';

/** Bytes of a slot value as it is stored. */
export const bytesPerValue = 2;

/** What an open engine is made of. */
export interface EngineParts {
  readonly bundle: Bundle;
  readonly runtime: OnnxRuntime;
  /** What became of every execution provider. */
  readonly providers: readonly ProviderStatus[];
  /** Memory that the models take, as estimated. */
  readonly memoryBytes: number;
  readonly tokenizer: Tokenizer;
  readonly encoder: SlotEncoder;
  readonly projector: Projector;
  readonly decoder: Decoder;
  /** A second, smaller KV cache: for prompts about single windows and for completions, which leave the conversation in the first. */
  readonly sideDecoder: () => Decoder;
  readonly store: SlotStore;
  readonly index: WorkspaceIndex;
  readonly means: MeanSlots;
  /** Tells whoever runs the engine of a trouble that stops nothing, each one once. */
  readonly warn: (line: string) => void;
  /** Guards the sessions: encoder, projector and decoder run one at a time. */
  readonly lock: InferenceLock;
}

/** How a call of the engine is watched and cancelled. */
export interface Watch<S> {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((snapshot: S) => void) | undefined;
}
