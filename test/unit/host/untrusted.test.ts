import { beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { Emitter } from '../../../src/common/event';
import { internalCommandIds } from '../../../src/common/ids';
import { chatHandlers } from '../../../src/host/chat/chatHandlers';
import { ChatSession } from '../../../src/host/chat/chatSession';
import type { Proposals } from '../../../src/host/chat/code/proposals';
import { Conversations } from '../../../src/host/chat/history/conversations';
import { UndoOffer } from '../../../src/host/chat/history/undoOffer';
import { ChatStateSource } from '../../../src/host/chat/chatState';
import { Attachments } from '../../../src/host/context/attachments';
import { QuestionContext } from '../../../src/host/context/questionContext';
import { hoverContent } from '../../../src/host/hover/hoverContent';
import { WorkspaceMemory } from '../../../src/host/memory/workspaceMemory';
import { pageHtml } from '../../../src/host/page/pageHtml';
import { answerOf, FakeEngine, memento, silentLog } from './fakes';
import { shown, Uri } from './vscodeStub';

vi.mock('vscode', () => import('./vscodeStub'));

/** What the model, the page and other extensions say is not to be trusted. */
const place = { uri: 'file:///w/a (1).ts?x=[y](z)', line: 3, character: 4 };

beforeEach(() => {
  shown.length = 0;
});

test('the link of a hover may run one command, and no text can break out of it', () => {
  const linked = [
    [internalCommandIds.explainHover, hoverContent(undefined, place).at(-1)],
    [internalCommandIds.explainHover, hoverContent({ kind: 'failed', error: new Error('x') }, place).at(-1)],
    [internalCommandIds.askInChat, hoverContent({ kind: 'done', answer: answerOf('x') }, place).at(-1)],
  ] as const;
  for (const [id, content] of linked) {
    expect(content?.isTrusted).toEqual({ enabledCommands: [id] });
    const [, target = ''] = /\]\((command:[^)]*)\)/.exec(content?.value ?? '') ?? [];
    const [command, argument = ''] = target.split('?');
    expect(command).toBe(`command:${id}`);
    expect(argument).not.toMatch(/[[\]() ]/);
    expect(JSON.parse(decodeURIComponent(argument))).toEqual([place]);
  }
});

test('a hover counts files, not the stretches of them that were read', () => {
  const answer = answerOf('It keeps jobs.');
  const read = [...answer.context.read, ...answer.context.read];
  expect(hoverContent({ kind: 'done', answer: { ...answer, context: { ...answer.context, read } } }, place)[0]?.value).toMatch(/Read\s1\sfile\\:/);
});

test('what a model wrote is shown as text and trusted with nothing', () => {
  const text = '[run](command:workbench.action.quit) ![x](https://example.com/x.png) <img src=x> $(trash)';
  const [content] = hoverContent({ kind: 'done', answer: answerOf(text) }, place);
  expect(content?.isTrusted).toBe(undefined);
  expect(content?.supportThemeIcons).toBe(false);
  expect(content?.value).not.toMatch(/[^\\]\]\(|<img|[^\\]\$\(trash/);
  expect(hoverContent({ kind: 'running' }, place).every(({ isTrusted }) => isTrusted === undefined)).toBe(true);
});

test('a hover shows the beginning of a long answer', () => {
  const [content] = hoverContent({ kind: 'done', answer: answerOf('word '.repeat(1000)) }, place);
  expect(content?.value.length).toBeLessThan(1300);
  expect(content?.value).toMatch(/word\u2026\n/);
});

test.each(['chat', 'map'] as const)('the %s page may load its own files only, and runs one script', name => {
  const page = { name, title: '<Title>' };
  const webview = { cspSource: 'https://page.test', asWebviewUri: (uri: Uri) => Uri.file(`/served${uri.path}?"><script>`) } as unknown as vscode.Webview;
  const html = pageHtml(webview, Uri.file('/extension') as unknown as vscode.Uri, page);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  expect(policy).toMatch(/^default-src 'none'; style-src https:\/\/page\.test; font-src https:\/\/page\.test; script-src 'nonce-[\w-]{32}'$/);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).not.toContain('unsafe');
  const other = pageHtml(webview, Uri.file('/extension') as unknown as vscode.Uri, page);
  expect(other).not.toBe(html);
});

test('the page opens files that an answer has read, inside the workspace, and no others', async () => {
  const engine = new FakeEngine();
  const sampling = { temperature: 0, topP: 1, repetitionPenalty: 1, maxTokens: 1, seed: 0, stop: [] };
  const session = new ChatSession({ engine, log: silentLog, readParams: () => ({ workspace: { roots: [], openFiles: [], rules: [], ratio: 8 }, sampling }), prepare: async () => ({ kind: 'find', question: '' }), prepareAgain: asked => Promise.resolve(asked), errorCodeOf: () => 'internal', errorText: String });
  const asked = session.ask('why?');
  const outside = { path: '/etc/passwd', displayPath: 'passwd', tokens: 1 };
  const answer = answerOf('because');
  engine.last.resolve({ ...answer, context: { ...answer.context, leftOut: [...answer.context.leftOut, outside] } });
  await asked;
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (line: string) => warnings.push(line) };
  const attachments = new Attachments(memento());
  const questionContext = new QuestionContext({ attachments, engine, readWorkspace: () => ({ roots: [], openFiles: [], rules: [], ratio: 8 }), wouldAsk: (question, all) => session.wouldAsk(question, all) });
  const undo = new UndoOffer();
  const { reveal } = chatHandlers({
    session,
    conversations: new Conversations(session, undefined, memento(), undo, log),
    undo,
    questionContext,
    source: new ChatStateSource(engine, new WorkspaceMemory(engine), session, undo, { name: 'shorthand-nano', compresses: true, onDidChange: new Emitter<void>().event }),
    proposals: undefined as unknown as Proposals,
    log,
  });
  const context = { signal: new AbortController().signal, progress: () => undefined };
  for (const path of ['/w/secret.ts', '/w/../etc/passwd', '/etc/passwd']) {
    await reveal({ path, line: 1 }, context);
  }
  expect(shown).toEqual([]);
  expect(warnings).toHaveLength(3);
  await reveal({ path: '/w/a.ts', line: 9 }, context);
  await reveal({ path: '/w/b.ts', line: 500 }, context);
  expect(shown).toEqual([{ path: '/w/a.ts', line: 8 }, { path: '/w/b.ts', line: 9 }]);
});
