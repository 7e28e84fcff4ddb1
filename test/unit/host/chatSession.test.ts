import { beforeEach, expect, test } from 'vitest';
import { ShorthandError } from '../../../src/common/errors';
import { ChatSession, type Prepared } from '../../../src/host/chat/chatSession';
import { newConversation } from '../../../src/host/chat/history/conversation';
import { pageTurn } from '../../../src/host/chat/pageTurn';
import { answerOf, context, FakeEngine, settled, silentLog } from './fakes';

const params = {
  workspace: { roots: [{ path: '/w', name: 'w', excludes: [], excluded: [] }], openFiles: [{ path: '/w/a.ts' }], rules: [], ratio: 8 as const },
  sampling: { temperature: 0, topP: 1, repetitionPenalty: 1, maxTokens: 9, seed: 0, stop: [] },
};
let engine: FakeEngine;
let session: ChatSession;
/** Whether the code of a command is there no more when it is asked again. */
let gone = false;

function prepared(question: string): Prepared {
  return question === '/explain' ? { kind: 'ask', question: 'What is it?', attachments: [], code: 'hash' } : { kind: 'find', question: 'needle' };
}


beforeEach(() => {
  engine = new FakeEngine();
  session = new ChatSession({
    engine,
    log: silentLog,
    readParams: () => params,
    prepare: async question => (question === '/find' ? { kind: 'incomplete', message: 'say what' } : prepared(question)),
    prepareAgain: async asked => (gone ? { kind: 'incomplete', message: 'changed' } : { ...asked, question: 'found again' }),
    errorCodeOf: error => (ShorthandError.is(error) ? error.code : 'internal'),
    errorText: code => `text of ${code}`,
  });
});

async function answer(question: string, text: string): Promise<void> {
  const asked = session.ask(question);
  engine.last.resolve(answerOf(text));
  await asked;
}

test('asks about the workspace and keeps the answer', async () => {
  const asked = session.ask('  why?  ');
  expect(engine.last).toMatchObject({ method: 'ask', params: { ...params, mentions: [], question: 'why?', history: [] } });
  expect(session.turns).toMatchObject([{ id: 1, question: 'why?', outcome: { kind: 'running' } }]);
  engine.last.options.onProgress?.({ phase: 'planning' });
  expect(session.turns).toMatchObject([{ outcome: { kind: 'running', progress: { phase: 'planning' } } }]);
  engine.last.resolve(answerOf('because'));
  await asked;
  expect(session.turns).toMatchObject([{ outcome: { kind: 'answered', answer: { text: 'because' } } }]);
});

test('sends earlier turns as history, without failures, and not too many', async () => {
  await answer('one', 'first');
  const failing = session.ask('two');
  engine.last.reject(new ShorthandError('internal', 'x'));
  await failing;
  await answer('three', 'third');
  void session.ask('four');
  expect(engine.last.params).toMatchObject({ history: [{ question: 'one', answer: 'first' }, { question: 'three', answer: 'third' }] });
  engine.last.resolve(answerOf('fourth'));
  await settled();
  for (let index = 0; index < 10; index++) {
    await answer(`q${index}`, `a${index}`);
  }
  void session.ask('last');
  expect(engine.last.params).toMatchObject({ history: { length: 6, 5: { question: 'q9' } } });
});

test('takes one question at a time and no empty one', () => {
  void session.ask('one');
  void session.ask('two');
  void session.ask('   ');
  expect(engine.calls).toHaveLength(1);
  expect(session.turns).toHaveLength(1);
});

test('a failure says what to do, and is asked again in its place', async () => {
  const asked = session.ask('one');
  engine.last.reject(new ShorthandError('out-of-memory', 'detail'));
  await asked;
  expect(session.turns).toMatchObject([{ outcome: { kind: 'failed', code: 'out-of-memory', message: 'text of out-of-memory' } }]);
  const again = session.retry(1);
  expect(engine.last.params).toMatchObject({ question: 'one', history: [] });
  engine.last.resolve(answerOf('now'));
  await again;
  expect(session.turns).toMatchObject([{ id: 1, outcome: { kind: 'answered' } }]);
});

test('an answer is asked for again in its place, and stays when that is stopped', async () => {
  await answer('one', 'first');
  await answer('two', 'second');
  const again = session.retry(1);
  expect(engine.last.params).toMatchObject({ question: 'one', history: [] });
  expect(session.turns).toMatchObject([{ outcome: { kind: 'running' } }, { outcome: { kind: 'answered' } }]);
  engine.last.reject(new ShorthandError('cancelled', 'x'));
  await again;
  expect(session.turns).toMatchObject([{ attempt: 0, outcome: { answer: { text: 'first' } } }, { outcome: { answer: { text: 'second' } } }]);
  const third = session.retry(1);
  engine.last.resolve(answerOf('another'));
  await third;
  expect(session.turns).toMatchObject([{ attempt: 1, outcome: { answer: { text: 'another' } } }, { outcome: { answer: { text: 'second' } } }]);
});

test('an edited question replaces its turn and those after it, and the conversation before can be opened again', async () => {
  await answer('one', 'first');
  await answer('two', 'second');
  await answer('three', 'third');
  const edited = session.edit(2, ' two, but better ');
  expect(session.edit(1, 'too early')).toBe(undefined);
  expect(session.turns).toMatchObject([{ question: 'one' }, { question: 'two, but better', outcome: { kind: 'running' } }]);
  expect(engine.last.params).toMatchObject({ question: 'two, but better', history: [{ question: 'one' }] });
  engine.last.resolve(answerOf('better'));
  await edited?.answered;
  expect(session.turns).toHaveLength(2);
  session.open(edited!.before);
  expect(session.turns.map(turn => turn.question)).toEqual(['one', 'two', 'three']);
});

test('a slash command is asked as what it became, or says what it lacks', async () => {
  await session.ask('/find');
  expect(session.turns).toMatchObject([{ question: '/find', outcome: { kind: 'incomplete', message: 'say what' } }]);
  const asked = session.ask('/find the needle');
  await settled();
  expect(engine.last).toMatchObject({ method: 'search', params: { workspace: params.workspace, question: 'needle' } });
  engine.last.resolve([{ path: '/w/c.ts', displayPath: 'c.ts', firstLine: 3, lastLine: 9, text: '\n  needle()\n', score: 2 }]);
  await asked;
  expect(session.turns[1]).toMatchObject({ question: '/find the needle', outcome: { kind: 'found', places: [{ path: '/w/c.ts', firstLine: 3, lastLine: 9, preview: 'needle()' }] } });
  expect(session.hasNamed('/w/c.ts')).toBe(true);
});

test('a command about code that it found itself is asked again for the code as it is now', async () => {
  gone = false;
  const asked = session.ask('/explain');
  await settled();
  engine.last.resolve(answerOf('it is'));
  await asked;
  const again = session.retry(1);
  await settled();
  expect(engine.last).toMatchObject({ method: 'ask', params: { question: 'found again' } });
  engine.last.resolve(answerOf('it was'));
  await again;
  gone = true;
  await session.retry(1);
  expect(session.turns).toMatchObject([{ outcome: { kind: 'incomplete', message: 'changed' } }]);
});

test('stopping keeps what was written', async () => {
  const asked = session.ask('one');
  const { options, resolve } = engine.last;
  options.onProgress?.({ phase: 'writing', text: 'half', tokens: 1 });
  options.signal?.addEventListener('abort', () => resolve({ ...answerOf('half'), stopReason: 'cancelled' }));
  session.stop();
  await asked;
  expect(session.turns).toMatchObject([{ outcome: { kind: 'answered', answer: { text: 'half', stopReason: 'cancelled', context } } }]);
});

test('stopping before the first word leaves a turn that can be asked again', async () => {
  const asked = session.ask('one');
  engine.last.reject(new ShorthandError('cancelled', 'x'));
  await asked;
  expect(session.turns).toMatchObject([{ outcome: { kind: 'failed', code: 'cancelled' } }]);
});

test('a new conversation stops the answer and ignores what arrives late', async () => {
  const asked = session.ask('one');
  const { options, resolve } = engine.last;
  session.open(newConversation());
  expect(options.signal?.aborted).toBe(true);
  options.onProgress?.({ phase: 'planning' });
  resolve(answerOf('late'));
  await asked;
  expect(session.turns).toEqual([]);
  await answer('two', 'second');
  expect(session.turns).toMatchObject([{ id: 1, question: 'two' }]);
});

test('names the files of its answers and no others', async () => {
  await answer('one', 'first');
  expect(['/w/a.ts', '/w/b.ts', '/etc/passwd', 'a.ts'].map(path => session.hasNamed(path))).toEqual([true, true, false, false]);
});

test('a snapshot has the figures of an answer but not its files', async () => {
  await answer('one', 'first');
  void session.ask('two');
  engine.last.options.onProgress?.({ phase: 'reading', positionsDone: 60, positionsTotal: 120 });
  const [first, second] = session.turns.map(pageTurn);
  expect(first).toEqual({ id: 1, question: 'one', attachments: [], outcome: { kind: 'answered', answer: { text: 'first', stopReason: 'end', filesRead: 1, filesLeftOut: 1, tokens: 90, slots: 0, firstTokenMs: 5, citations: [], sources: [{ text: 'a.ts', path: '/w/a.ts', firstLine: 1, lastLine: 9 }] } } });
  expect(second).toEqual({ id: 2, question: 'two', attachments: [], outcome: { kind: 'running', elapsedMs: expect.any(Number) as number, progress: { phase: 'reading', positionsDone: 60, positionsTotal: 120 } } });
  expect(session.contextOf(1)).toEqual(context);
  expect(session.contextOf(2)).toBe(undefined);
  expect(session.lastContext).toBe(session.contextOf(1));
  engine.last.options.onProgress?.({ phase: 'writing', text: 'sec', tokens: 1 });
  expect(session.turns.map(pageTurn)[1]).toMatchObject({ outcome: { progress: { phase: 'writing', text: 'sec' } } });
});

test('keeps a bounded number of turns', async () => {
  for (let index = 0; index < 205; index++) {
    await answer(`q${index}`, 'a');
  }
  expect(session.turns).toHaveLength(200);
  expect(session.turns[0]).toMatchObject({ question: 'q5' });
});
