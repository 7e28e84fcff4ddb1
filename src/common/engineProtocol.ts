import * as v from 'valibot';
import { ratioSchema } from './bundle';
import { answerProgressSchema, answerSchema, contextReportSchema, mentionSchema, samplingSchema, stopReasonSchema } from './context';
import { providerChoiceSchema, providerStatusSchema } from './executionProviders';
import { noProgress, nothing, type Protocol } from './rpc/protocol';
import { compressProgressSchema, compressReportSchema, memoryListSchema, openFileSchema, searchHitSchema, windowMemorySchema, workspaceSchema } from './workspace';

const size = v.pipe(v.number(), v.minValue(0));
const line = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Positions that nobody has asked for: more cost memory and time to read. */
export const automaticPositions = 8192;

/** What `open` loads: one bundle and one slot store for the life of the engine process. */
export const engineOptionsSchema = v.object({
  bundleFolder: v.string(),
  storeFile: v.string(),
  storeBudgetBytes: v.pipe(v.number(), v.minValue(1)),
  /** Threads of the ONNX runtime; 0 lets it choose. */
  threads: v.pipe(v.number(), v.integer(), v.minValue(0)),
  provider: providerChoiceSchema,
  /** Most positions of a prompt and its answer: the size of the KV cache. 0 takes what memory allows, at most `automaticPositions`; never more than the decoder has. */
  positions: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Where the results of probing execution providers are kept; each process probes anew when absent. */
  probeFile: v.optional(v.string()),
});

export const engineInfoSchema = v.object({
  bundleId: v.string(),
  bundleVersion: v.string(),
  decoderId: v.string(),
  /** What makes slots of the workspace; with `none` the decoder reads it as text alone. */
  compressor: v.picklist(['arc', 'pcc', 'none']),
  runtimeVersion: v.string(),
  /** Every execution provider: what it runs, or why it runs nothing. */
  providers: v.array(providerStatusSchema),
  /** Memory that the models take, as estimated before they were loaded. */
  memoryBytes: size,
  /** Most positions of a prompt and its answer, as loaded. */
  decoderPositions: size,
  window: size,
  ratios: v.array(ratioSchema),
  /** True when a damaged slot store was set aside and a new one begun. */
  storeRebuilt: v.boolean(),
});

export const memoryStatsSchema = v.object({ windows: size, slots: size, bytes: size, budgetBytes: size });

const compressParamsSchema = v.object({
  workspace: workspaceSchema,
  /** Only these files (absolute paths); the whole of every root when absent. */
  files: v.optional(v.array(openFileSchema)),
});

/** What a plan is made from. */
const contextFields = {
  workspace: workspaceSchema,
  question: v.string(),
  /** Earlier turns of the conversation, oldest first. */
  history: v.array(v.object({ question: v.string(), answer: v.string() })),
  /** Lines that are selected in an editor: they enter as raw text. */
  selection: v.optional(v.object({ path: v.string(), firstLine: line, lastLine: line })),
  /** In order of preference. */
  mentions: v.array(mentionSchema),
  /** Most decoder positions of the prompt; those of the decoder when absent. */
  positions: v.optional(line),
};

const planParamsSchema = v.object({ ...contextFields, maxTokens: line });
const askParamsSchema = v.object({ ...contextFields, sampling: samplingSchema });

const explainParamsSchema = v.object({
  workspace: workspaceSchema,
  file: openFileSchema,
  symbol: v.string(),
  /** Source lines of the symbol (from 1, inclusive): they enter the prompt as raw text. */
  firstLine: line,
  lastLine: line,
  sampling: samplingSchema,
});

const completeParamsSchema = v.object({
  workspace: workspaceSchema,
  file: openFileSchema,
  /** The file's text before and after the cursor. */
  prefix: v.string(),
  suffix: v.string(),
  sampling: samplingSchema,
});

const searchParamsSchema = v.object({ workspace: workspaceSchema, question: v.string(), limit: line });
const reconstructParamsSchema = v.object({ workspace: workspaceSchema, file: openFileSchema });
const measureParamsSchema = v.object({ workspace: workspaceSchema, files: v.optional(v.array(v.string())) });

/** What the engine process answers. The extension host, the command line and the benchmarks are its clients. */
export const engineProtocol = {
  name: 'shorthand-engine',
  version: 2,
  methods: {
    /** Loads the bundle and the store. Every other call needs it. Errors: `bundle-*`, `store-*`, `runtime-unavailable`. */
    open: { params: engineOptionsSchema, progress: noProgress, result: engineInfoSchema },
    /** Makes slots for every window that has none. A cancelled call keeps what was encoded. */
    compress: { params: compressParamsSchema, progress: compressProgressSchema, result: compressReportSchema },
    /** What an answer to a question would read, without reading it: nothing is encoded. */
    plan: { params: planParamsSchema, progress: noProgress, result: contextReportSchema },
    /** Answers a question from slots and the prompt. */
    ask: { params: askParamsSchema, progress: answerProgressSchema, result: answerSchema },
    /** Explains a symbol from its raw code and slots of the rest. */
    explain: { params: explainParamsSchema, progress: answerProgressSchema, result: answerSchema },
    /** Writes what stands between a prefix and a suffix, from both and from slots of the workspace. */
    complete: {
      params: completeParamsSchema,
      progress: noProgress,
      result: v.object({ text: v.string(), stopReason: stopReasonSchema, milliseconds: size }),
    },
    /** The stretches of the workspace that match a question best, as raw text. */
    search: {
      params: searchParamsSchema,
      progress: noProgress,
      result: v.array(searchHitSchema),
    },
    /** What is in memory of each file, and what was left out and why. Encodes nothing. */
    files: { params: v.object({ workspace: workspaceSchema }), progress: noProgress, result: memoryListSchema },
    /** Has the decoder say a file again from its slots, window by window, and measures how much survived. Encodes what has no slots. */
    reconstruct: {
      params: reconstructParamsSchema,
      progress: v.object({ windows: v.array(windowMemorySchema), windowsTotal: size }),
      result: v.object({ windows: v.array(windowMemorySchema) }),
    },
    /** Measures and stores the fidelity of compressed windows that have none yet, of some files (absolute paths) or of all. Yields to every answer. */
    measure: {
      params: measureParamsSchema,
      progress: v.object({ windowsDone: size, windowsTotal: size }),
      result: v.object({ windows: size }),
    },
    memory: { params: nothing, progress: noProgress, result: memoryStatsSchema },
    /** Forgets every slot; returns what was there. */
    clearMemory: { params: nothing, progress: noProgress, result: memoryStatsSchema },
    /** Forgets the slots of files or of all files in folders (absolute paths), at every ratio; returns what was there of them. */
    forget: { params: v.object({ workspace: workspaceSchema, paths: v.array(v.string()) }), progress: noProgress, result: memoryStatsSchema },
    /** Tokens of a text for the bundle's tokenizer. */
    countTokens: { params: v.object({ text: v.string() }), progress: noProgress, result: size },
  },
} as const satisfies Protocol;

export type EngineProtocol = typeof engineProtocol;
export type EngineOptions = v.InferOutput<typeof engineOptionsSchema>;
export type EngineInfo = v.InferOutput<typeof engineInfoSchema>;
export type MemoryStats = v.InferOutput<typeof memoryStatsSchema>;
export type CompressParams = v.InferOutput<typeof compressParamsSchema>;
export type PlanParams = v.InferOutput<typeof planParamsSchema>;
export type AskParams = v.InferOutput<typeof askParamsSchema>;
export type ExplainParams = v.InferOutput<typeof explainParamsSchema>;
export type CompleteParams = v.InferOutput<typeof completeParamsSchema>;
export type SearchParams = v.InferOutput<typeof searchParamsSchema>;
export type ReconstructParams = v.InferOutput<typeof reconstructParamsSchema>;
export type MeasureParams = v.InferOutput<typeof measureParamsSchema>;
