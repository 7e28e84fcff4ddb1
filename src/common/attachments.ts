import * as v from 'valibot';

const line = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Something that the user attached to the next question: the decoder reads it before what is only open or relevant. */
export const attachmentSchema = v.object({
  kind: v.picklist(['file', 'symbol', 'selection']),
  /** What a person calls it: a file's name, a symbol's name. */
  label: v.string(),
  path: v.string(),
  displayPath: v.string(),
  /** Counted from 1, inclusive; the whole file when absent. */
  lines: v.optional(v.object({ firstLine: line, lastLine: line })),
});

/** What is attached to the next question, and what could be. */
export const attachmentStateSchema = v.object({
  attachments: v.array(attachmentSchema),
  /** The lines that are selected in the editor in front, while they are not attached. */
  selection: v.optional(attachmentSchema),
  /** Path of the file in front: a plan changes with it. */
  activeFile: v.optional(v.string()),
});

export type Attachment = v.InferOutput<typeof attachmentSchema>;
export type AttachmentState = v.InferOutput<typeof attachmentStateSchema>;

/** Equal for attachments that name the same lines of the same file. */
export function attachmentKey({ path, lines }: Attachment): string {
  return lines === undefined ? path : `${path}:${lines.firstLine}-${lines.lastLine}`;
}
