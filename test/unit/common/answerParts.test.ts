import { expect, test } from 'vitest';
import { answerParts, fenced } from '../../../src/common/answerParts';

function kinds(text: string): string[] {
  return answerParts(text).map(part => `${part.kind}: ${part.text.trim()}`);
}

test.each([
  'The queue keeps jobs in order (the oldest first).',
  'I don\'t know: it is not in the context.',
  'It does three things, in this order:\n\n1. reads the file,\n   whole\n2. writes it\n\n- one\n  - nested\n    - deeper',
  '| a | b |\n|---|---|\n| 1 | 2 |',
  '> quoted;\n\n# Heading',
  'Call `dispose();` at the end. It may be called twice.',
  '',
])('%j is prose', text => {
  expect(answerParts(text).filter(part => part.kind === 'code')).toEqual([]);
  expect(answerParts(text).map(part => part.source).join('\n')).toBe(text);
});

test.each([
  'queue.push(job);',
  '(eventState: string) {\n  const { status } = event.eventState;\n  if (eventState.',
  'def __init__(self):\n    self.jobs = []\n\n    return self',
  '(\n{\nname: \'text\',\n): {\nreturn {\n// TODO: more\n}',
  'export class Queue {\n  readonly #jobs = 1;\n\n  push() {}\n}',
])('%j is code', text => expect(kinds(text)).toEqual([`code: ${text}`]));

test('a sentence above code stays prose', () => {
  expect(kinds('Here is the method:\nfunction run() {\n  go();\n}\n\nIt runs once.')).toEqual(['prose: Here is the method:', 'code: function run() {\n  go();\n}', 'prose: It runs once.']);
});

test('fences are code as they stand, closed or not', () => {
  expect(kinds('See:\n```ts\na b c\n```\nand\n~~~\nd')).toEqual(['prose: See:', 'code: a b c', 'prose: and', 'code: d']);
  const listed = '1. one\n   ```\n   code\n   ```\n2. two';
  expect(answerParts(listed).map(part => part.source).join('\n')).toBe(listed);
});

test('no code closes the fence around it', () => {
  expect(fenced('a\n```\nb')).toBe('````\na\n```\nb\n````');
  expect(fenced('a', 'plaintext')).toBe('```plaintext\na\n```');
});
