import { expect, test } from 'vitest';
import { answerTokens, codeBlocks } from '../../../src/common/answerMarkdown';

test('counts blocks of code in reading order, wherever they stand', () => {
  const text = 'One:\n\n```TS title\na();\n```\n\n1. Two:\n\n   ~~~py\n   b()\n   ~~~\n\n> ```\n> c\n> ```\n\nconst d = {\n  e: 1,\n};';
  expect(codeBlocks(answerTokens(text))).toEqual([
    { language: 'ts', text: 'a();' },
    { language: 'py', text: 'b()' },
    { language: '', text: 'c' },
    { language: '', text: 'const d = {\n  e: 1,\n};' },
  ]);
});

test('an answer without code has none', () => {
  expect(codeBlocks(answerTokens('Just `words`.'))).toEqual([]);
});
