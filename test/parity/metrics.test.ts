import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { bleu4, editSimilarity, exactMatch, firstLine, tokenF1 } from '../../src/engine/evaluate/metrics';
import { golden } from './support/files';

const schema = v.array(
  v.object({ reference: v.string(), guess: v.string(), bleu4: v.number(), editSimilarity: v.number(), exactMatch: v.number(), tokenF1: v.number(), firstLine: v.string() }),
);

test('texts get the figures that training gives them', () => {
  const cases = v.parse(schema, JSON.parse(readFileSync(golden('metrics', 'cases.json'), 'utf8')));
  expect(cases.length).toBeGreaterThan(8);
  for (const { reference, guess, ...expected } of cases) {
    const computed = { bleu4: bleu4(reference, guess), editSimilarity: editSimilarity(reference, guess), exactMatch: exactMatch(reference, guess), tokenF1: tokenF1(reference, guess) };
    for (const [metric, value] of Object.entries(computed)) {
      expect(value, `${metric} of ${JSON.stringify([reference, guess])}`).toBeCloseTo(expected[metric as keyof typeof computed], 9);
    }
    expect(firstLine(guess)).toBe(expected.firstLine);
  }
});
