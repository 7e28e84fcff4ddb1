import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PlanFile, PlanWindow } from '../../../../src/engine/plan/plan';
import { indexTerms } from '../../../../src/engine/plan/terms';
import { loadTokenizer } from '../../../../src/engine/tokenizer/byteLevelBpe';

export const tokenizer = loadTokenizer(readFileSync(path.join(__dirname, '../tokenizer/tokenizer-2k.json'), 'utf8'));
export const template = { bos: '<|endoftext|>', file: '<|file|>', user: '<|user|>', assistant: '<|assistant|>', end: '<|end|>' };

/** A window per text, of 80 tokens, 10 slots and 20 lines each. */
export function planFile(displayPath: string, texts: readonly string[], change: Partial<PlanFile> = {}): PlanFile {
  return { path: `/w/${displayPath}`, displayPath, open: false, form: { kind: 'slots', ratio: 8 }, windows: texts.map((text, i) => planWindow(`${displayPath}#${i}`, text, i)), ...change };
}

function planWindow(hash: string, text: string, i: number): PlanWindow {
  return { hash, tokenCount: 80, slotCount: 10, firstLine: 20 * i + 1, lastLine: 20 * i + 20, terms: indexTerms(text) };
}
