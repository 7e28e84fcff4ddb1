import { expect, test } from 'vitest';
import { findDeclarations } from '../../../src/host/context/declarations';

function names(text: string): string[] {
  return findDeclarations(text).map(({ name }) => name);
}

test('finds declarations of several languages', () => {
  expect(names('export class Queue {\n  push() {}\n}\nexport async function start() {}\nexport const limit = 3;\ntype Job = string;')).toEqual(['Queue', 'start', 'limit', 'Job']);
  expect(names('class Queue:\n    def push(self):\n        limit = 3\n\nasync def start():\n    pass')).toEqual(['Queue', 'push', 'start']);
  expect(names('pub(crate) struct Queue;\nimpl Queue {\n    pub fn push(&mut self) {}\n}\nconst LIMIT: u8 = 3;')).toEqual(['Queue', 'Queue', 'push', 'LIMIT']);
  expect(names('func (q *Queue) Push(j Job) {\n\tlimit := 3\n}\ntype Job struct{}')).toEqual(['Push', 'Job']);
});

test('gives all lines of a declaration', () => {
  const text = '// Waits.\nclass Queue {\n  push() {\n  }\n}\n\nconst other = 1;';
  expect(findDeclarations(text)).toEqual([
    { name: 'Queue', lines: { firstLine: 1, lastLine: 5 } },
    { name: 'other', lines: { firstLine: 7, lastLine: 7 } },
  ]);
});

test('takes no words of prose and no local values', () => {
  expect(names('The class is used.\n  const inner = 1;\n  // a function of time')).toEqual([]);
});
