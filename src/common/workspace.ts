import * as v from 'valibot';
import { ratioSchema } from './bundle';

const size = v.pipe(v.number(), v.minValue(0));

/** A folder of the workspace. `name` leads the path that the decoder and the user see when there are several folders. */
export const rootSchema = v.object({
  path: v.string(),
  name: v.string(),
  /** Glob patterns from VS Code's `files.exclude` and `search.exclude`: what they match is not listed at all. */
  excludes: v.array(v.string()),
  /** Glob patterns of Shorthand's own setting: what they match is listed as skipped, with the reason `excluded`, so that it can be brought back. */
  excluded: v.array(v.string()),
});

/** What the user decided for a file, or for a folder and all that is in it. The rule of the innermost path holds, field by field. */
export const fileRuleSchema = v.object({
  /** Absolute. */
  path: v.string(),
  /** Always wanted in the context: it comes before what is only open or relevant. */
  pinned: v.optional(v.boolean()),
  /** In place of the ratio of the call. */
  ratio: v.optional(ratioSchema),
});

/** A document that is open in an editor; `text` is set when it has unsaved changes. */
export const openFileSchema = v.object({ path: v.string(), text: v.optional(v.string()) });

/** A workspace as the user sees it: its folders, its editors, and what the user decided for files. */
export const workspaceSchema = v.object({
  roots: v.array(rootSchema),
  /** In order of preference. Unsaved texts are read instead of the files. */
  openFiles: v.array(openFileSchema),
  rules: v.array(fileRuleSchema),
  /** Where no rule says otherwise. */
  ratio: ratioSchema,
});

/** Why a file is not compressed. */
export const skipReasons = ['binary', 'too-large', 'minified', 'invalid-utf8', 'empty', 'unreadable', 'symlink-loop', 'deleted', 'outside-workspace', 'excluded'] as const;
export const skipReasonSchema = v.picklist(skipReasons);
export const skippedFileSchema = v.object({ path: v.string(), reason: skipReasonSchema, detail: v.string() });

/** A snapshot of a compression under way. */
export const compressProgressSchema = v.object({
  phase: v.picklist(['scanning', 'encoding']),
  filesDone: size,
  filesTotal: size,
  tokens: size,
  slots: size,
  windowsEncoded: size,
  windowsReused: size,
  currentFile: v.optional(v.string()),
});

/**
 * What a compression did. `windowsEncoded` is 0 when everything was known. `slotBytes` is what its windows take on disk; it counts text that stands in several files once.
 * `windowsEvicted` counts windows whose slots are gone again at the end: together they exceed the byte budget, and what is evicted is encoded anew
 * whenever it is needed.
 */
export const compressReportSchema = v.object({
  files: size,
  tokens: size,
  slots: size,
  sourceBytes: size,
  slotBytes: size,
  windowsEncoded: size,
  windowsReused: size,
  windowsEvicted: size,
  skipped: v.array(skippedFileSchema),
  milliseconds: size,
});

/**
 * How much of a file is in memory. `compressed`: every window of its text has slots at the ratio that holds for it; `stale`: it was
 * compressed before, and its text has changed since; `none`: never.
 */
export const memoryStates = ['compressed', 'stale', 'none'] as const;

/** A file as memory knows it, measured on its text as it is now, unsaved changes included. */
export const fileMemorySchema = v.object({
  path: v.string(),
  displayPath: v.string(),
  /** Path of the root that it belongs to. */
  root: v.string(),
  state: v.picklist(memoryStates),
  ratio: ratioSchema,
  pinned: v.boolean(),
  tokens: size,
  windows: size,
  /** Windows that have slots at `ratio`; all of them when `compressed`. */
  windowsKnown: size,
  /** Slots that are stored for the file at `ratio`. */
  slots: size,
  /** What they take on disk. */
  slotBytes: size,
  /**
   * The share of the text's information that the decoder gets back from the slots, from 0 to 1: 1 - NLL(text | slots) / NLL(text), the mean over
   * the windows where it was measured, weighted by tokens. Absent where it was not measured.
   */
  fidelity: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
});

/** What is in memory of a workspace. */
export const memoryListSchema = v.object({
  /** In the order of the scan: files of a folder by name, then its folders. */
  files: v.array(fileMemorySchema),
  skipped: v.array(skippedFileSchema),
});

/** One window of a file, what the decoder makes of its slots, and how much of the text survived (see `fidelity` of a file). */
export const windowMemorySchema = v.object({
  firstLine: size,
  lastLine: size,
  tokens: size,
  slots: size,
  ratio: ratioSchema,
  fidelity: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  /** What the decoder wrote when it was asked to say the window again. */
  text: v.string(),
});

/** A stretch of source that a search found, best first. */
export const searchHitSchema = v.object({
  path: v.string(),
  displayPath: v.string(),
  firstLine: size,
  lastLine: size,
  text: v.string(),
  /** Greater is better; comparable within one search only. */
  score: v.number(),
});

export type WorkspaceRoot = v.InferOutput<typeof rootSchema>;
export type OpenFile = v.InferOutput<typeof openFileSchema>;
export type SkipReason = v.InferOutput<typeof skipReasonSchema>;
export type Workspace = v.InferOutput<typeof workspaceSchema>;
export type FileRule = v.InferOutput<typeof fileRuleSchema>;
export type FileMemory = v.InferOutput<typeof fileMemorySchema>;
export type MemoryList = v.InferOutput<typeof memoryListSchema>;
export type WindowMemory = v.InferOutput<typeof windowMemorySchema>;
export type SearchHit = v.InferOutput<typeof searchHitSchema>;
export type SkippedFile = v.InferOutput<typeof skippedFileSchema>;
export type CompressProgress = v.InferOutput<typeof compressProgressSchema>;
export type CompressReport = v.InferOutput<typeof compressReportSchema>;
