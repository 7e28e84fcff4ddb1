import { expect, it } from 'vitest';
import { writtenTable } from '../../../../src/cli/evalTables';
import { summariseWritten } from '../../../../src/engine/evaluate/summariseWritten';
import type { WrittenResult } from '../../../../src/engine/evaluate/writeItem';

const answered = (id: number, text: string, training?: string): WrittenResult => ({ kind: 'question', id, reference: '`a`, `b`', written: [{ context: 'none', text, training }] });

it("sets training's figures on the same items beside the engine's", () => {
  const [row] = summariseWritten('question', [answered(1, '`a`, `b`', '`a`, `b`'), answered(2, '`a`', '`c`')]);
  expect(row).toMatchObject({ context: 'none', items: 2, same: 0.5 });
  expect(row?.figures[0]).toEqual({ metric: 'exact match', engine: 0.5, training: 0.5 });
  expect(row?.figures[1]?.engine).toBeGreaterThan(row?.figures[1]?.training ?? NaN);
});

it('leaves them out where an item does not say them', () => {
  const summary = summariseWritten('question', [answered(1, '`a`, `b`', '`a`, `b`'), answered(2, '`a`')]);
  expect(summary[0]).toMatchObject({ same: undefined, figures: [{ training: undefined }, { training: undefined }] });
  expect(writtenTable('question', summary)).toEqual([
    '| answer behind | items | exact match | exact match in training | token F1 | token F1 in training | same text |',
    '|---|---|---|---|---|---|---|',
    '| none | 2 | 0.500 |  | 0.800 |  |  |',
    '',
  ]);
});
