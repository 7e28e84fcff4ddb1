import { expect, test } from 'vitest';
import type { Turn } from '../../../src/common/chatProtocol';
import { modelNotes } from '../../../webview/view/modelNotes';

function answered(id: number, model?: string): Turn {
  const answer = { text: 'x', stopReason: 'end', filesRead: 0, filesLeftOut: 0, tokens: 0, slots: 0, firstTokenMs: 1, citations: [], sources: [], ...(model === undefined ? {} : { model }) } as const;
  return { id, question: 'q', attachments: [], outcome: { kind: 'answered', answer: { ...answer, citations: [], sources: [] } } };
}

const running: Turn = { id: 9, question: 'q', attachments: [], outcome: { kind: 'running', elapsedMs: 0 } };
const failed: Turn = { id: 5, question: 'q', attachments: [], outcome: { kind: 'failed', code: 'internal', message: 'x' } };

test('a note stands where the model changes', () => {
  const { before, next } = modelNotes({ turns: [answered(1, 'a'), answered(2, 'a'), failed, answered(6, 'b')], model: 'b', later: 0 });
  expect([...before]).toEqual([[6, 'b']]);
  expect(next).toBeUndefined();
});

test('a note at the end names the model of the next question, until it is asked', () => {
  expect(modelNotes({ turns: [answered(1, 'a')], model: 'b', later: 0 }).next).toBe('b');
  const asked = modelNotes({ turns: [answered(1, 'a'), running], model: 'b', later: 0 });
  expect([...asked.before]).toEqual([[9, 'b']]);
  expect(asked.next).toBeUndefined();
});

test('nothing is said of answers whose model is not known, of an empty conversation, or of an end that is not shown', () => {
  expect(modelNotes({ turns: [answered(1), answered(2, 'a'), answered(3)], model: 'a', later: 0 })).toEqual({ before: new Map(), next: undefined });
  expect(modelNotes({ turns: [], model: 'a', later: 0 }).next).toBeUndefined();
  expect(modelNotes({ turns: [answered(1, 'a')], model: 'b', later: 3 }).next).toBeUndefined();
});
