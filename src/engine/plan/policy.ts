/**
 * How a plan spends the decoder's positions. A prompt has two parts. The *base* holds files as slots, each at its own ratio, in the order of
 * the turn before: it changes little between turns, so the KV cache keeps it. The *near part* behind it holds what the question is about, as
 * text or at the finest ratio: measured on this decoder, the nearest window as text helps most, and slots of the rest add to it.
 *
 * In order of preference:
 * 1. The selection (or the symbol to explain): its lines as text, next to the question; its windows at the finest ratio that fits when the text
 *    does not.
 * 2. Mentions, in order: as text within `mentionShare` of what is left, else as slots, the finest ratio that fits first.
 * 3. The active editor: as text within `activeShare`; else its window that matches the question best is text and the file is in the base.
 *    Other open files: at the finest ratio within `openShare`, else in the base.
 * 4. Retrieved windows (BM25, then slot similarity where there are slots, see `rankWindows`): `retrievedWindows` of them within `retrievedShare`, the
 *    best one as text, the others at the finest ratio.
 * 5. The base: pinned files, then open ones, then files by relevance, whole or their matching windows; of relevant files of which nothing
 *    fits a skeleton, the text of their declarations, within `skeletonShare`; then whatever else fits, whole files only. When the workspace
 *    does not fit at its own ratios, files that nothing speaks for enter at the coarsest ratio.
 *
 * What the near part holds of files of the base stays in the base too, at a fraction of the cost: the next turn, which points elsewhere, finds the base
 * unchanged. Only open files that are read near the question as a whole are not in it; they stay open between turns.
 *
 * A question that goes on with a conversation keeps the base of the turn before: the same files in the same order and forms, as long as they are
 * unchanged, allowed and fit behind what the near part takes (the last ones make room first); only files that were pinned or opened since come before
 * them. The near part alone follows the question then, and holds what a base of its own would be for: `newWindows` more retrieved windows that are
 * not in the kept base, at the ratios of their files within `newShare`. What is left is filled as in step 5, behind the kept part. Measured on this
 * repository's sources, about four times what the decoder holds: of the prompt of such a question, 75 to 81 % stand where they stood (0 to 6 %
 * with a base for each question), and its ten best windows are in it either way. Another conversation begins with a base of its own and keeps the order alone.
 *
 * Without an encoder everything enters as text, and no window twice: up to `textWindows` retrieved windows near the question within `textShare`, and a base
 * of pinned, open and relevant files, of skeletons of those that do not fit, and of what else fits.
 *
 * A window that takes fewer positions as text than as slots enters as text.
 * A window that is known to survive compression badly (its fidelity is under `lowFidelity` of the mean of all windows at that ratio) goes one ratio
 * finer, as text where there is none.
 * A ratio other than the file's own is used where slots are stored; `freshWindows` windows may be encoded for it on the spot.
 */
export const policy = {
  mentionShare: 1 / 2,
  activeShare: 1 / 4,
  openShare: 1 / 8,
  retrievedShare: 1 / 4,
  retrievedWindows: 5,
  leastSimilarity: 0.5,
  newShare: 1 / 8,
  newWindows: 12,
  textShare: 1 / 2,
  textWindows: 24,
  skeletonShare: 1 / 8,
  skeletonFiles: 24,
  lowFidelity: 1 / 2,
  freshWindows: 16,
} as const;
