import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PlanFile, PlanWindow } from '../../../../src/engine/plan/plan';
import type { PlanRequest } from '../../../../src/engine/plan/planContext';
import { slotFrames } from '../../../../src/engine/plan/slotFrame';
import { indexTerms } from '../../../../src/engine/plan/terms';
import { rolesPrompt } from '../../../../src/engine/prompt/rolesPrompt';
import { openByteLevelBpe } from '../../../../src/engine/tokenizer/byteLevelBpe';

export const tokenizer = openByteLevelBpe(readFileSync(path.join(__dirname, '../tokenizer/tokenizer-2k.json'), 'utf8'));
export const roles = { bos: '<|endoftext|>', file: '<|file|>', user: '<|user|>', assistant: '<|assistant|>', end: '<|end|>' };
export const format = rolesPrompt(roles, tokenizer);

/** A window per text, of 80 tokens and 20 lines each: 20, 10 or 5 slots. */
export function planFile(displayPath: string, texts: readonly string[], change: Partial<PlanFile> = {}): PlanFile {
  return { path: `/w/${displayPath}`, displayPath, open: false, pinned: false, ratio: 8, windows: texts.map((text, i) => planWindow(`${displayPath}#${i}`, text, i)), ...change };
}

export function planWindow(hash: string, text: string, i: number, tokenCount = 80): PlanWindow {
  return { hash, tokenCount, firstLine: 20 * i + 1, lastLine: 20 * i + 20, terms: indexTerms(text) };
}

/** Nothing is stored, nothing was pointed at. */
export const plain = {
  slots: { ratios: [4, 8, 16], count: (tokens, ratio) => Math.ceil(tokens / ratio), stored: () => undefined, meanFidelity: () => undefined, frame: slotFrames.arc },
  rawPositions: window => window.tokenCount,
  named: [],
  similarity: new Map(),
  skeleton: () => [],
  previous: { base: [], followUp: false },
} as const satisfies Partial<PlanRequest>;
