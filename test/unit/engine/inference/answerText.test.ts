import { describe, expect, it } from 'vitest';
import { AnswerText } from '../../../../src/engine/generate/answerText';
import { applyStopSequences } from '../../../../src/engine/generate/stopSequences';
import { byteTokenizer } from './byteTokenizer';

function stream(bytes: Uint8Array, stops: readonly string[] = []): { readonly snapshots: readonly string[]; readonly final: string } {
  const text = new AnswerText(byteTokenizer, stops);
  const snapshots = [...bytes].map(byte => {
    text.add(byte);
    return text.visible;
  });
  return { snapshots, final: text.finish() };
}

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('streaming text', () => {
  it('never shows half a character', () => {
    const text = 'aé→🙂z\uFEFF';
    const { snapshots, final } = stream(utf8(text));
    expect(final).toBe(text);
    for (const snapshot of snapshots) {
      expect(text.startsWith(snapshot)).toBe(true);
      expect(snapshot).not.toMatch(/\uFFFD/);
    }
    expect(snapshots.at(1)).toBe('a');
    expect(snapshots.at(2)).toBe('aé');
  });

  it('drops half a character at the end and marks bytes that are no UTF-8', () => {
    expect(stream(utf8('ab🙂').slice(0, 5)).final).toBe('ab');
    expect(stream(Uint8Array.of(97, 0xff, 98)).final).toBe('a\uFFFDb');
  });

  it('shows nothing of a stop sequence, and what only began like one later', () => {
    const { snapshots, final } = stream(utf8('one\n\nThe end'), ['\n\n#', '\n\nUser']);
    expect(final).toBe('one\n\nThe end');
    expect(snapshots[4]).toBe('one');
    expect(snapshots[5]).toBe('one\n\nT');
    const stopped = stream(utf8('one\n\nUser: two'), ['\n\nUser']);
    expect(stopped.final).toBe('one');
    expect(stopped.snapshots.every(snapshot => 'one'.startsWith(snapshot))).toBe(true);
  });

  it('holds back what may become a stop sequence to the end, then shows it', () => {
    const { snapshots, final } = stream(utf8('ab</s'), ['</stop>']);
    expect(snapshots.at(-1)).toBe('ab');
    expect(final).toBe('ab</s');
  });
});

describe('applyStopSequences', () => {
  it.each<[string, readonly string[], string, boolean]>([
    ['hello', [], 'hello', false],
    ['hello', [''], 'hello', false],
    ['hello', ['lo'], 'hel', true],
    ['hello', ['l', 'e'], 'h', true],
    ['hello', ['llo!', 'o, world'], 'he', false],
    ['aaa', ['aab'], 'a', false],
    ['aab', ['aab'], '', true],
    ['abab', ['ababc', 'abx'], '', false],
    ['', ['a'], '', false],
  ])('cuts %j at %j', (text, stops, visible, stopped) => {
    expect(applyStopSequences(text, stops)).toEqual({ visible, stopped });
  });
});
