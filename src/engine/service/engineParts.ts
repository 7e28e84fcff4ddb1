import type { ProviderStatus } from '../../common/executionProviders';
import { ShorthandError } from '../../common/errors';
import type { Bundle } from '../bundle/openBundle';
import type { SlotCode } from '../codes/slotCode';
import type { Decoder } from '../decoder/decoder';
import type { Projector } from '../encoder/projector';
import type { SlotEncoder } from '../encoder/slotEncoder';
import type { OnnxRuntime } from '../runtime/onnxRuntime';
import type { PromptFormat } from '../prompt/promptFormat';
import type { SlotStore } from '../slots/slotStore';
import type { Tokenizer } from '../tokenizer/tokenizer';
import type { InferenceLock } from './inferenceLock';
import type { MeanSlots } from './similarity';
import type { WorkspaceIndex } from './workspaceIndex';

/** What makes slots of windows and takes them to the decoder. */
export interface Compressor {
  readonly tokenizer: Tokenizer;
  readonly encoder: SlotEncoder;
  /** In which its slots are kept and read. */
  readonly code: SlotCode;
  readonly projector: Projector;
}

/** How sources are cut into windows: with the compressor's tokenizer where there is one. */
export interface Cutter {
  readonly tokenizer: Tokenizer;
  /** Most tokens of a window. */
  readonly most: number;
}

/** What an open engine is made of. */
export interface EngineParts {
  readonly bundle: Bundle;
  readonly runtime: OnnxRuntime;
  /** What became of every execution provider. */
  readonly providers: readonly ProviderStatus[];
  /** Memory that the models take, as estimated. */
  readonly memoryBytes: number;
  /** The decoder's. */
  readonly tokenizer: Tokenizer;
  readonly prompt: PromptFormat;
  /** Absent where none was trained for the decoder: the workspace is read as text alone. */
  readonly compressor: Compressor | undefined;
  readonly cutter: Cutter;
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

/** Errors: `no-compressor`. */
export function requireCompressor({ bundle, compressor }: Pick<EngineParts, 'bundle' | 'compressor'>): Compressor {
  if (compressor === undefined) {
    throw new ShorthandError('no-compressor', `The bundle ${bundle.manifest.id} has no compressor for its decoder ${bundle.manifest.decoder.id}.`);
  }
  return compressor;
}

/** How a call of the engine is watched and cancelled. */
export interface Watch<S> {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((snapshot: S) => void) | undefined;
}
