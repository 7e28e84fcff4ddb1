import { expect, test } from 'vitest';
import type { ChatSession } from '../../../src/host/chat/chatSession';
import { newConversation, type SessionTurn } from '../../../src/host/chat/history/conversation';
import { TurnWindow } from '../../../src/host/chat/turnWindow';

function sessionOf(count: number) {
  const turns: SessionTurn[] = Array.from({ length: count }, (_, index) => ({ id: index + 1, question: 'q', attachments: [], attempt: 0, outcome: { kind: 'interrupted' } }));
  return { turns, conversation: newConversation() };
}

function windowOver(session: ReturnType<typeof sessionOf>) {
  const shown = new TurnWindow(session as unknown as ChatSession);
  const read = () => {
    const { turns, earlier, later } = shown.read();
    return [earlier, turns[0]?.id, turns.at(-1)?.id, later];
  };
  return { shown, read };
}

test('a short conversation is shown whole', () => {
  const { shown, read } = windowOver(sessionOf(50));
  expect(read()).toEqual([0, 1, 50, 0]);
  shown.move('earlier');
  expect(read()).toEqual([0, 1, 50, 0]);
});

test('a long one is shown from its end, in steps that overlap, and never more of it', () => {
  const session = sessionOf(200);
  const { shown, read } = windowOver(session);
  expect(read()).toEqual([150, 151, 200, 0]);
  shown.move('earlier');
  expect(read()).toEqual([125, 126, 175, 25]);
  for (let step = 0; step < 10; step++) {
    shown.move('earlier');
  }
  expect(read()).toEqual([0, 1, 50, 150]);
  shown.move('later');
  expect(read()).toEqual([25, 26, 75, 125]);
});

test('a new question leads back to the end', () => {
  const session = sessionOf(200);
  const { shown, read } = windowOver(session);
  read();
  shown.move('earlier');
  session.turns.push({ ...session.turns[0]!, id: 201 });
  expect(read()).toEqual([151, 152, 201, 0]);
});
