import { expect, test } from 'vitest';
import { completionContext, type CompletionContextRequest } from '../../../../src/engine/plan/completionContext';
import { slotFrames } from '../../../../src/engine/plan/slotFrame';
import { indexTerms } from '../../../../src/engine/plan/terms';

const file = (displayPath: string, ...texts: readonly string[]) => ({ displayPath, windows: texts.map((text, i) => ({ hash: `${displayPath}#${i}`, terms: indexTerms(text) })) });
const files = [
  file('a.ts', 'export function readSettings() {}', 'export function unrelated() {}'),
  file('b.ts', 'class Parser { parseSettings() {} }', 'class Writer {}', 'settings settings readSettings'),
  file('c.ts', 'nothing of it'),
];

function chosen(change: Partial<CompletionContextRequest<(typeof files)[number]>> = {}): readonly string[] {
  const request = { files, query: 'const settings = readSettings();', budget: 100, headerPositions: () => 4, frame: slotFrames.arc, known: () => ({ ratio: 8 as const, slotCount: 10 }), ...change };
  return completionContext(request).flatMap(({ windows }) => windows.map(({ hash }) => hash));
}

test('takes what is about the query, files and windows in their order', () => expect(chosen()).toEqual(['a.ts#0', 'b.ts#0', 'b.ts#2']));

test('takes the best first when not all fits', () => {
  expect(chosen({ budget: 15 })).toEqual(['b.ts#2']);
  expect(chosen({ budget: 14 })).toEqual([]);
  expect(chosen({ budget: 15, frame: slotFrames.pcc })).toEqual([]);
  expect(chosen({ budget: 16, frame: slotFrames.pcc })).toEqual(['b.ts#2']);
});

test('takes only what is in memory', () => {
  expect(chosen({ known: ({ hash }) => (hash === 'b.ts#0' ? { ratio: 16, slotCount: 5 } : undefined) })).toEqual(['b.ts#0']);
  expect(chosen({ known: () => undefined })).toEqual([]);
});

test('takes equal windows once', () => {
  const [a] = files;
  expect(a && chosen({ files: [a, { ...a, displayPath: 'copy.ts' }] })).toEqual(['a.ts#0']);
});
