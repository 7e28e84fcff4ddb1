import { expect, test } from 'vitest';
import { declarationLines, signature } from '../../../../src/engine/workspace/skeleton';

function skeletonOf(text: string, fileName = 'x'): readonly string[] {
  const lines = text.split('\n');
  return declarationLines(lines, fileName).map(i => signature(lines[i] ?? ''));
}

test('TypeScript: types, functions, methods and bindings of the top level', () => {
  const text = [
    "import { a } from './a';",
    'export interface Shape {',
    '  readonly width: number;',
    '}',
    'const limit = 4;',
    'export class Store<T> implements Shape {',
    '  constructor(private readonly path: string) {',
    '    if (path === "") {',
    '      const inner = () => {',
    '    }',
    '  }',
    '  async get(key: string): Promise<T | undefined> {',
    '    return this.find(key);',
    '    for (const row of rows) {',
    '  }',
    '}',
    'export async function open(path: string): Promise<void> {',
  ].join('\n');
  expect(skeletonOf(text)).toEqual([
    'export interface Shape',
    'const limit = 4;',
    'export class Store<T> implements Shape',
    '  constructor(private readonly path: string)',
    '  async get(key: string): Promise<T | undefined>',
    'export async function open(path: string): Promise<void>',
  ]);
});

test.each([
  ['Python', 'import os\nclass A(B):\n    def f(self, x: int) -> str:\n        return x\n\nasync def g():\n    with open(x) as f:\n', ['class A(B)', '    def f(self, x: int) -> str', 'async def g()']],
  ['Go', 'package store\n\ntype Row struct {\n\tID int\n}\n\nfunc (r *Row) Get(id int) (string, error) {\n\tif id == 0 {\n\t}\n}\n', ['package store', 'type Row struct', 'func (r *Row) Get(id int) (string, error)']],
  ['Rust', 'pub(crate) fn run<T>(x: T) -> u8 {\n    match x {\n}\nimpl Store {\n    pub fn get(&self) -> u8 {\n', ['pub(crate) fn run<T>(x: T) -> u8', 'impl Store', '    pub fn get(&self) -> u8']],
  ['Java', 'public final class A extends B {\n    private static int f(int a, String b) throws E {\n        while (a > 0) {\n', ['public final class A extends B', '    private static int f(int a, String b) throws E']],
  ['C', '#include <x.h>\nstatic int jq_next(struct state *s, int n) {\n  switch (n) {\n}\ntypedef int row;\n', ['static int jq_next(struct state *s, int n)', 'typedef int row;']],
])('%s', (_, text, expected) => {
  expect(skeletonOf(text)).toEqual(expected);
});

test('Markdown: its headings', () => {
  expect(skeletonOf('# Title\ntext class x\n## Use\n', 'docs/README.md')).toEqual(['# Title', '## Use']);
});

test('a text without declarations has none, however long its lines are', () => {
  expect(skeletonOf(`${'a '.repeat(20_000)}(\n${'x('.repeat(10_000)}`)).toEqual([]);
});
