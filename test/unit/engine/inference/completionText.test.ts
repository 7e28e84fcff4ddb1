import { describe, expect, it, test } from 'vitest';
import { completionEnd, tidyCompletion } from '../../../../src/engine/generate/completionText';

/** The end is where the text would be cut; `undefined` while it may go on. */
function cut(text: string, prefix: string, suffix = '\n'): string | undefined {
  const end = completionEnd(text, { prefix, suffix });
  return end === undefined ? undefined : text.slice(0, end);
}

describe('a completion ends', () => {
  it('with the line in the middle of one', () => {
    expect(cut('a, b', 'call(', ');\n')).toBe(undefined);
    expect(cut('a, b\nmore', 'call(', ');\n')).toBe('a, b');
  });

  it('at a blank line, but not before it has said anything', () => {
    expect(cut('one();\n\ntwo();', '  ')).toBe('one();');
    expect(cut('\n\n  one();', 'if (x) {')).toBe(undefined);
    expect(cut('one();\n', '  ')).toBe(undefined);
  });

  it('before a line that is less deep', () => {
    expect(cut('return a;\n}', 'f() {\n  ')).toBe('return a;');
    expect(cut('return a;\n  more();\n    deeper();', 'f() {\n  ')).toBe(undefined);
    expect(cut('return a;\n', 'f() {\n  ')).toBe(undefined);
  });

  it('after the bracket that closes what the cursor is behind', () => {
    expect(cut('\n  return a;\n}\n', 'f() {')).toBe('\n  return a;\n}');
    expect(cut('\n  a();\n} else {\n', 'if (x) {')).toBe(undefined);
  });

  it('before a line that says the one before it again', () => {
    expect(cut('a: string,\n  a: string,\n  a', '  ')).toBe(undefined);
    expect(cut('x;\n  a: string,\n  a: string,\n  a', '  ')).toBe('x;\n  a: string,');
    expect(cut('x({\n    y({\n    })\n    })\n', '  ')).toBe(undefined);
  });
});

test.each([
  ['white space', '  \n ', '', ''],
  ['the line above', 'const a = 1;', 'const a = 1;\n', '\n'],
  ['the line above, half of which is typed', ' = 1;', '  const a = 1;\n  const a', '\n'],
  ['the line below', 'const b = 2;', '  ', '\n\nconst b = 2;\n'],
  ['only what follows', '}', 'f() {', '}\n'],
])('nothing is offered for %s', (_, text, prefix, suffix) => expect(tidyCompletion(text, { prefix, suffix }, true)).toBe(''));

test.each([
  ['a, b)', 'call(', ')\n', 'a, b'],
  ['inner(a)', 'call(', ')\n', 'inner(a)'],
  ['value: number): number {', 'f(', ')\n', 'value: number'],
  ['a[0], b(c)), d', 'call(', ')\n', 'a[0], b(c)'],
  ['a]', 'call(', ')\n', 'a]'],
  ['  return 1;', '{\n  ', '\n', 'return 1;'],
  ['  return 1;', '{\n', '\n', '  return 1;'],
  ['return 1;\n}', 'f() {\n  ', '\n}\n', 'return 1;'],
  ['if (a) {\n  b();\n}', 'f() {\n', '\n}\n', 'if (a) {\n  b();\n}'],
  ['}', 'a({\n}\n', '\n', '}'],
  ['return 1;  \n', '', '', 'return 1;'],
])('%j after %j and before %j', (text, prefix, suffix, offered) => expect(tidyCompletion(text, { prefix, suffix }, true)).toBe(offered));

test('half a line is not offered', () => {
  expect(tidyCompletion('a();\nb(', { prefix: '', suffix: '' }, false)).toBe('a();');
  expect(tidyCompletion('a(b(c(', { prefix: '', suffix: '' }, false)).toBe('');
});
