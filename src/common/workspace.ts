import * as v from 'valibot';

const size = v.pipe(v.number(), v.minValue(0));

/** A folder of the workspace. `name` leads the path that the decoder and the user see when there are several folders. */
export const rootSchema = v.object({
  path: v.string(),
  name: v.string(),
  /** Glob patterns from VS Code's `files.exclude`, `search.exclude` and Shorthand's own setting. */
  excludes: v.array(v.string()),
});

/** A document that is open in an editor; `text` is set when it has unsaved changes. */
export const openFileSchema = v.object({ path: v.string(), text: v.optional(v.string()) });

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

/** What a compression did. `windowsEncoded` is 0 when everything was known. */
export const compressReportSchema = v.object({
  files: size,
  tokens: size,
  slots: size,
  sourceBytes: size,
  slotBytes: size,
  windowsEncoded: size,
  windowsReused: size,
  skipped: v.array(skippedFileSchema),
  milliseconds: size,
});

export type WorkspaceRoot = v.InferOutput<typeof rootSchema>;
export type OpenFile = v.InferOutput<typeof openFileSchema>;
export type SkipReason = v.InferOutput<typeof skipReasonSchema>;
export type SkippedFile = v.InferOutput<typeof skippedFileSchema>;
export type CompressProgress = v.InferOutput<typeof compressProgressSchema>;
export type CompressReport = v.InferOutput<typeof compressReportSchema>;
