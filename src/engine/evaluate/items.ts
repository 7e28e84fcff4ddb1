import * as v from 'valibot';
import { ShorthandError } from '../../common/errors';

/** A file as windows, and the windows of a file of another repository. */
const fileSchema = v.object({ path: v.string(), windows: v.array(v.string()), wrongWindows: v.array(v.string()) });
const id = v.union([v.string(), v.number()]);
/** What training's own code wrote, by its names of contexts. */
const expected = v.optional(v.record(v.string(), v.string()), {});

/** One line of an evaluation file, as `training/` writes it (`evaluate --engine-items`). */
const itemSchema = v.variant('kind', [
  /** How likely is `target` behind the windows? `expected` is its negative log-likelihood a token. */
  v.object({ kind: v.literal('continuation'), id, file: fileSchema, target: v.string(), expected: v.optional(v.record(v.string(), v.number()), {}) }),
  /** What comes back of the first window from its own slots? */
  v.object({ kind: v.literal('reconstruction'), id, file: fileSchema, expected }),
  v.object({ kind: v.literal('question'), id, about: v.string(), files: v.array(fileSchema), question: v.string(), answer: v.string(), expected }),
  /** Which line follows `before` in the file `open`, when `file` defines what it needs? */
  v.object({ kind: v.literal('nextLine'), id, file: fileSchema, open: v.string(), before: v.string(), line: v.string(), expected }),
]);

export type EvaluationFile = v.InferOutput<typeof fileSchema>;
export type EvaluationItem = v.InferOutput<typeof itemSchema>;
export type ItemOf<K extends EvaluationItem['kind']> = Extract<EvaluationItem, { readonly kind: K }>;
export type WrittenItem = Exclude<EvaluationItem, { readonly kind: 'continuation' }>;

/** @throws {ShorthandError} `file-unreadable` naming the line that is no item. */
export function parseItems(text: string): readonly EvaluationItem[] {
  return text.split('\n').flatMap((line, index) => {
    try {
      return line.trim() === '' ? [] : [v.parse(itemSchema, JSON.parse(line))];
    } catch (error) {
      throw new ShorthandError('file-unreadable', `Line ${index + 1} is not an evaluation item.`, { cause: error });
    }
  });
}
