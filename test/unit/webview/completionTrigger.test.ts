import { expect, test } from 'vitest';
import { findTrigger } from '../../../webview/view/completionTrigger';

/** What is found at the bar. */
function at(text: string) {
  const caret = text.indexOf('|');
  return findTrigger(text.replace('|', ''), caret);
}

test('finds a name at the beginning of a word', () => {
  expect(at('@|')).toEqual({ kind: 'file', query: '', start: 0, end: 1 });
  expect(at('see @src/que| now')).toEqual({ kind: 'file', query: 'src/que', start: 4, end: 12 });
  expect(at('line\n#Queue|')).toEqual({ kind: 'symbol', query: 'Queue', start: 5, end: 11 });
  expect(at('(@a|)')).toEqual({ kind: 'file', query: 'a', start: 1, end: 3 });
});

test('leaves addresses, finished names and other text alone', () => {
  expect(at('me@example|')).toBeUndefined();
  expect(at('@queue.ts |')).toBeUndefined();
  expect(at('issue#4|')).toBeUndefined();
  expect(at('plain|')).toBeUndefined();
  expect(at('|@queue')).toBeUndefined();
});

test('finds a command at the beginning of the text only', () => {
  expect(at('/|')).toEqual({ kind: 'command', query: '', start: 0, end: 1 });
  expect(at('  /exp|lain')).toEqual({ kind: 'command', query: 'exp', start: 2, end: 6 });
  expect(at('a /exp|')).toBeUndefined();
  expect(at('/explain it|')).toBeUndefined();
  expect(at('/etc/hosts|')).toBeUndefined();
});
