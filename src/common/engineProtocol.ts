import * as v from 'valibot';
import { ratioSchema } from './bundle';
import { answerProgressSchema, answerSchema, samplingSchema } from './context';
import { noProgress, nothing, type Protocol } from './rpc/protocol';
import { compressProgressSchema, compressReportSchema, openFileSchema, rootSchema } from './workspace';

const size = v.pipe(v.number(), v.minValue(0));

/** What `open` loads: one bundle and one slot store for the life of the engine process. */
export const engineOptionsSchema = v.object({
  bundleFolder: v.string(),
  storeFile: v.string(),
  storeBudgetBytes: v.pipe(v.number(), v.minValue(1)),
  /** Threads of the ONNX runtime; 0 lets it choose. */
  threads: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

export const engineInfoSchema = v.object({
  bundleId: v.string(),
  bundleVersion: v.string(),
  /** The execution provider that really runs the sessions, as ONNX Runtime names it. */
  executionProvider: v.string(),
  runtimeVersion: v.string(),
  decoderPositions: size,
  window: size,
  ratios: v.array(ratioSchema),
  /** True when a damaged slot store was set aside and a new one begun. */
  storeRebuilt: v.boolean(),
});

export const memoryStatsSchema = v.object({ windows: size, slots: size, bytes: size, budgetBytes: size });

const compressParamsSchema = v.object({
  roots: v.array(rootSchema),
  ratio: ratioSchema,
  /** Only these files (absolute paths); the whole of every root when absent. */
  files: v.optional(v.array(openFileSchema)),
  /** Unsaved texts that are read instead of the files when the whole of every root is compressed. */
  unsaved: v.optional(v.array(openFileSchema)),
});

const askParamsSchema = v.object({
  question: v.string(),
  /** Earlier turns of the conversation, oldest first. */
  history: v.array(v.object({ question: v.string(), answer: v.string() })),
  roots: v.array(rootSchema),
  /** In order of preference: they come first in the plan. */
  openFiles: v.array(openFileSchema),
  ratio: ratioSchema,
  sampling: samplingSchema,
});

const explainParamsSchema = v.object({
  roots: v.array(rootSchema),
  file: openFileSchema,
  openFiles: v.array(openFileSchema),
  symbol: v.string(),
  /** Source lines of the symbol (from 1, inclusive): they enter the prompt as raw text. */
  firstLine: v.pipe(v.number(), v.integer(), v.minValue(1)),
  lastLine: v.pipe(v.number(), v.integer(), v.minValue(1)),
  ratio: ratioSchema,
  sampling: samplingSchema,
});

/** What the engine process answers. The extension host, the command line and the benchmarks are its clients. */
export const engineProtocol = {
  name: 'shorthand-engine',
  version: 1,
  methods: {
    /** Loads the bundle and the store. Every other call needs it. Errors: `bundle-*`, `store-*`, `runtime-unavailable`. */
    open: { params: engineOptionsSchema, progress: noProgress, result: engineInfoSchema },
    /** Makes slots for every window that has none. A cancelled call keeps what was encoded. */
    compress: { params: compressParamsSchema, progress: compressProgressSchema, result: compressReportSchema },
    /** Answers a question from slots and the prompt. */
    ask: { params: askParamsSchema, progress: answerProgressSchema, result: answerSchema },
    /** Explains a symbol from its raw code and slots of the rest. */
    explain: { params: explainParamsSchema, progress: answerProgressSchema, result: answerSchema },
    memory: { params: nothing, progress: noProgress, result: memoryStatsSchema },
    /** Forgets every slot; returns what was there. */
    clearMemory: { params: nothing, progress: noProgress, result: memoryStatsSchema },
  },
} as const satisfies Protocol;

export type EngineProtocol = typeof engineProtocol;
export type EngineOptions = v.InferOutput<typeof engineOptionsSchema>;
export type EngineInfo = v.InferOutput<typeof engineInfoSchema>;
export type MemoryStats = v.InferOutput<typeof memoryStatsSchema>;
export type CompressParams = v.InferOutput<typeof compressParamsSchema>;
export type AskParams = v.InferOutput<typeof askParamsSchema>;
export type ExplainParams = v.InferOutput<typeof explainParamsSchema>;
