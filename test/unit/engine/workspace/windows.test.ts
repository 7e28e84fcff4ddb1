import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openByteLevelBpe } from '../../../../src/engine/tokenizer/byteLevelBpe';
import { cutWindows, type Window } from '../../../../src/engine/workspace/windows';

const tokenizer = openByteLevelBpe(readFileSync(path.join(__dirname, '../tokenizer/tokenizer-2k.json'), 'utf8'));
const library = (name: string) => readFileSync(require.resolve(name), 'utf8');

function check(text: string, most: number): readonly Window[] {
  const windows = cutWindows(text, tokenizer, most);
  expect(windows.map(window => window.text).join('') === text).toBe(true);
  let line = 1;
  for (const window of windows) {
    expect(window.tokens.length).toBeLessThanOrEqual(most);
    expect(window.tokens).toEqual(tokenizer.encode(window.text));
    expect(window.hash).toMatch(/^[0-9a-f]{32}$/);
    expect([line - 1, line]).toContain(window.firstLine);
    line = window.lastLine + 1;
  }
  return windows;
}

describe('cutting', () => {
  test('gives the text back, within the limit, on all sorts of text', () => {
    const texts = [
      library('typescript/lib/typescript.js').slice(0, 400_000),
      library('esbuild/lib/main.js'),
      'one line without an end',
      '\n\n\n',
      'a\r\nb\rc\n'.repeat(500),
      '👩‍👩‍👧‍👦'.repeat(2000),
      'x'.repeat(50_000),
      '\ud83d'.repeat(3000),
      `${'{'.repeat(5000)}\n${'long word '.repeat(3000)}\nend`,
      '\0'.repeat(2000),
    ];
    for (const text of texts) {
      for (const most of [16, 128, 512]) {
        check(text, most);
      }
    }
    expect(cutWindows('', tokenizer, 512)).toEqual([]);
    for (const piece of cutWindows('😀'.repeat(3000), tokenizer, 16)) {
      expect(piece.text.isWellFormed()).toBe(true);
    }
  });

  test('counts lines from 1, inclusive', () => {
    const text = Array.from({ length: 100 }, (_, i) => `const value${i} = compute(${i});`).join('\n');
    const windows = check(text, 256);
    expect(windows[0]?.firstLine).toBe(1);
    expect(windows.at(-1)?.lastLine).toBe(100);
    for (const window of windows) {
      expect(window.text.startsWith(`const value${window.firstLine - 1} `)).toBe(true);
    }
  });

  test('a text that fits is one window', () => {
    expect(check('function a() {\n}\n\nfunction b() {\n}\n', 512)).toHaveLength(1);
  });

  test('prefers the top level, and keeps a comment with what it describes', () => {
    const parts = Array.from({ length: 40 }, (_, i) => `/**\n * Says ${i}.\n */\nexport function say${i}(name: string): string {\n  const a = name.trim();\n\n  const b = a + ${i};\n  return b;\n}\n\n`);
    for (const window of check(parts.join(''), 256)) {
      expect(window.text.startsWith('/**\n * Says')).toBe(true);
    }
    const python = Array.from({ length: 40 }, (_, i) => `@cached\ndef say_${i}(name):\n    """Says ${i}."""\n    if name:\n        return name\n    return ${i}\n\n\n`);
    for (const window of check(python.join(''), 256)) {
      expect(window.text.startsWith('@cached\ndef say_')).toBe(true);
    }
  });

  test('fills windows well enough', () => {
    const windows = check(library('typescript/lib/typescript.js').slice(100_000, 500_000), 512);
    const mean = windows.reduce((sum, window) => sum + window.tokens.length, 0) / windows.length;
    expect(mean).toBeGreaterThan(0.6 * 512);
  });

  test('refuses windows that could not hold a character', () => {
    expect(() => cutWindows('a', tokenizer, 3)).toThrow(RangeError);
  });
});

describe('edit locality', () => {
  const lines = library('typescript/lib/typescript.js').split('\n').slice(20_000, 22_000);
  const python = Array.from({ length: 400 }, (_, i) => `def f${(i * 7919) % 1000}(x):\n    y = x * ${i}\n    if y > ${i % 13}:\n        y -= 1\n    return y`).join('\n').split('\n');

  test.each([
    ['code', lines],
    ['functions without blank lines', python],
    ['identical lines', Array.from({ length: 2000 }, () => '  push(1);')],
  ])('one inserted, changed or removed line changes a few windows: %s', (_name, source) => {
    const before = new Set(check(source.join('\n'), 512).map(window => window.hash));
    for (let at = 10; at < source.length; at += 97) {
      for (const edited of [source.toSpliced(at, 0, 'const inserted = "a new line";'), source.toSpliced(at, 1, '// changed'), source.toSpliced(at, 1)]) {
        const fresh = cutWindows(edited.join('\n'), tokenizer, 512).filter(window => !before.has(window.hash));
        expect(fresh.length, `line ${at}`).toBeLessThanOrEqual(5);
      }
    }
  });

  test('on average barely more than the window itself', () => {
    const before = new Set(check(lines.join('\n'), 512).map(window => window.hash));
    let fresh = 0;
    let edits = 0;
    for (let at = 5; at < lines.length; at += 23, edits++) {
      fresh += cutWindows(lines.toSpliced(at, 0, '    inserted(a, b);').join('\n'), tokenizer, 512).filter(window => !before.has(window.hash)).length;
    }
    expect(fresh / edits).toBeLessThan(2);
  });
});
