import { beforeEach, expect, test, vi } from 'vitest';
import type { Attachment } from '../../../src/common/attachments';
import type { AskParams } from '../../../src/common/engineProtocol';
import { Attachments } from '../../../src/host/context/attachments';
import { mentionsOf } from '../../../src/host/context/mentions';
import { QuestionContext } from '../../../src/host/context/questionContext';
import { context, FakeEngine, memento, settled } from './fakes';

vi.mock('vscode', () => import('./vscodeStub'));

const workspace: AskParams['workspace'] = { roots: [], openFiles: [], rules: [], ratio: 8 };
const sampling = { temperature: 0, topP: 1, repetitionPenalty: 1, maxTokens: 9, seed: 0, stop: [] };
const file: Attachment = { kind: 'file', label: 'a.ts', path: '/w/a.ts', displayPath: 'a.ts' };
const signal = new AbortController().signal;

let engine: FakeEngine;
let question: QuestionContext;

beforeEach(() => {
  engine = new FakeEngine();
  question = new QuestionContext({
    engine,
    attachments: new Attachments(memento()),
    readWorkspace: () => workspace,
    wouldAsk: async (text, attached) => (text.startsWith('/find') ? undefined : { workspace, question: text, history: [], sampling, ...mentionsOf(attached) }),
  });
});

test('typing does not start the engine, opening the plan does', async () => {
  expect(await question.preview('why?', false, signal)).toEqual({ kind: 'engine-stopped' });
  expect(engine.calls).toEqual([]);
  const preview = question.preview('why?', true, signal);
  await settled();
  engine.last.resolve(context);
  expect(await preview).toEqual({ kind: 'planned', report: context });
});

test('plans just what an answer would be asked, with room for the answer, and passes a cancellation on', async () => {
  question.attach(file);
  const abort = new AbortController();
  void question.preview('why?', true, abort.signal);
  await settled();
  expect(engine.last).toMatchObject({ method: 'plan', params: { workspace, question: 'why?', history: [], mentions: [{ path: '/w/a.ts' }], maxTokens: 9 } });
  expect(engine.last.params).not.toHaveProperty('sampling');
  abort.abort();
  expect(engine.last.options.signal?.aborted).toBe(true);
});

test('plans nothing for a command that the decoder does not answer', async () => {
  expect(await question.preview('/find queue', true, signal)).toEqual({ kind: 'not-asked' });
  expect(engine.calls).toEqual([]);
});

test('lets the page open what is attached and what the last plan names, and attach files of the workspace only', async () => {
  question.attach(file);
  question.attach({ ...file, path: '/etc/passwd' });
  expect(question.attachments.all).toEqual([file]);
  expect([question.hasNamed('/w/a.ts'), question.hasNamed('/w/b.ts'), question.hasNamed('/etc/passwd')]).toEqual([true, false, false]);
  const preview = question.preview('why?', true, signal);
  await settled();
  engine.last.resolve(context);
  await preview;
  expect(question.hasNamed('/w/b.ts')).toBe(true);
});
