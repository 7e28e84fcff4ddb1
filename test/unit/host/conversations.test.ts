import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { conversationMarkdown } from '../../../src/host/chat/history/conversationMarkdown';
import { answeredOutcome, newConversation, titleOf, type Conversation } from '../../../src/host/chat/history/conversation';
import { ConversationStore } from '../../../src/host/chat/history/conversationStore';
import { answerOf, silentLog } from './fakes';

vi.mock('vscode', () => import('./vscodeStub'));

function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(tmpdir(), 'conversations-'));
}

function conversation(question: string, changedAt = 1): Conversation {
  return { ...newConversation(), changedAt, turns: [{ id: 1, question, attachments: [], attempt: 0, outcome: answeredOutcome(answerOf('because')) }] };
}

test('keeps conversations, the newest first, and forgets the oldest', async () => {
  const store = new ConversationStore(path.join(temporaryFolder(), 'deep', 'conversations'), silentLog);
  expect(await store.list()).toEqual([]);
  const [one, two, three] = [conversation('one', 1), conversation('two', 3), conversation('three', 2)];
  await Promise.all([one, two, three].map(each => store.save(each)));
  expect(await store.list()).toEqual([two, three, one]);
  await store.save({ ...one, name: 'first', changedAt: 9 });
  expect(await store.load(one.id)).toMatchObject({ name: 'first' });
  expect(await store.trim(2)).toBe(1);
  expect((await store.list()).map(titleOf)).toEqual(['first', 'two']);
  await store.remove(two.id);
  expect(await store.load(two.id)).toBe(undefined);
});

test('an answer under way is kept as interrupted', async () => {
  const store = new ConversationStore(temporaryFolder(), silentLog);
  const asked: Conversation = { ...newConversation(), turns: [{ id: 1, question: 'one', attachments: [], attempt: 0, outcome: { kind: 'running', since: 5 } }] };
  await store.save(asked);
  expect(await store.load(asked.id)).toMatchObject({ turns: [{ question: 'one', outcome: { kind: 'interrupted' } }] });
});

test('sets a damaged file aside and says so', async () => {
  const folder = temporaryFolder();
  const warnings: string[] = [];
  const store = new ConversationStore(folder, { ...silentLog, warn: line => warnings.push(line) });
  const [cut, strange] = [conversation('cut'), conversation('strange')];
  await store.save(cut);
  fs.truncateSync(path.join(folder, `${cut.id}.json`), 20);
  fs.writeFileSync(path.join(folder, `${strange.id}.json`), JSON.stringify({ ...strange, format: 2 }));
  expect(await store.list()).toEqual([]);
  expect(warnings).toHaveLength(2);
  expect(fs.readdirSync(folder).sort()).toEqual([cut.id, strange.id].map(id => `${id}.json.damaged`).sort());
});

test('a conversation is called by its name, or by its first question, shortened', () => {
  expect(titleOf(newConversation())).toBe('');
  expect(titleOf(conversation('Why?\n  And how?'))).toBe('Why? And how?');
  expect(titleOf({ ...conversation('Why?'), name: 'Reasons' })).toBe('Reasons');
  expect(titleOf(conversation('word '.repeat(40)))).toMatch(/^(word )+word?\u2026$/);
  expect(titleOf(conversation('word '.repeat(40))).length).toBeLessThanOrEqual(60);
});

test('exports questions, answers and what was read', () => {
  expect(conversationMarkdown(conversation('Why?\nReally?'))).toBe('# Why? Really?\n\n## Why? Really?\n\nbecause\n\nRead for this answer:\n\n- `a.ts`\n');
});

test('the list of files that did not fit is cut, their number is not', () => {
  const answer = answerOf('because');
  const leftOut = Array.from({ length: 5000 }, (_, index) => ({ path: `/w/${index}.ts`, displayPath: `${index}.ts`, tokens: 1 }));
  const outcome = answeredOutcome({ ...answer, context: { ...answer.context, leftOut } });
  expect(outcome.filesLeftOut).toBe(5000);
  expect(outcome.answer.context.leftOut).toEqual(leftOut.slice(0, 200));
});
