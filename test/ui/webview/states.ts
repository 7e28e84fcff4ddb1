import type { Attachment } from '../../../src/common/attachments';
import type { AnswerSummary, ChatState, Turn } from '../../../src/common/chatProtocol';
import type { AnswerProgress, ContextReport } from '../../../src/common/context';
import type { EngineInfo } from '../../../src/common/engineProtocol';

/** States of a chat for the page tests. */
const info: EngineInfo = {
  bundleId: 'shorthand-nano',
  bundleVersion: '1.0.0',
  decoderId: 'decoder',
  compressor: 'arc',
  runtimeVersion: '1.30.0',
  providers: [{ state: 'used', provider: 'cpu', graphs: ['encoder', 'projector', 'decoder'] }],
  memoryBytes: 0,
  decoderPositions: 2048,
  window: 256,
  ratios: [4, 8, 16],
  storeRebuilt: false,
};

export const context: ContextReport = {
  read: [
    { path: '/work/src/queue.ts', displayPath: 'src/queue.ts', form: { kind: 'raw' }, reason: 'open', firstLine: 1, lastLine: 40, tokens: 400, positions: 400, partial: false },
    { path: '/work/src/server.ts', displayPath: 'src/server.ts', form: { kind: 'slots', ratio: 8 }, reason: 'relevant', firstLine: 12, lastLine: 300, tokens: 8000, positions: 1000, partial: true },
  ],
  leftOut: [{ path: '/work/src/generated.ts', displayPath: 'src/generated.ts', tokens: 40_000 }],
  filesKnown: 14,
  tokens: 8400,
  slots: 1050,
  droppedTurns: 2,
  promptPositions: 1500,
  reusedPositions: 700,
  answerPositions: 200,
  budget: 2048,
};

export const file: Attachment = { kind: 'file', label: 'queue.ts', path: '/work/src/queue.ts', displayPath: 'src/queue.ts' };
export const otherFile: Attachment = { kind: 'file', label: 'server.ts', path: '/work/src/some/deep/inner/folder/server.ts', displayPath: 'src/some/deep/inner/folder/server.ts' };
export const symbol: Attachment = { kind: 'symbol', label: 'Queue.push', path: '/work/src/queue.ts', displayPath: 'src/queue.ts', lines: { firstLine: 12, lastLine: 20 } };
export const selection: Attachment = { kind: 'selection', label: 'server.ts', path: '/work/src/server.ts', displayPath: 'src/server.ts', lines: { firstLine: 3, lastLine: 9 } };

export const answer: AnswerSummary = {
  text: 'The **queue** keeps jobs in order. See `Queue.push`:\n\n```ts\nqueue.push(job);\n```\n\n- first\n- second',
  stopReason: 'end',
  filesRead: 2,
  filesLeftOut: 1,
  tokens: 8400,
  slots: 1050,
  firstTokenMs: 400,
  citations: [],
  sources: [
    { text: 'src/queue.ts', path: '/work/src/queue.ts', firstLine: 1, lastLine: 40 },
    { text: 'src/server.ts', path: '/work/src/server.ts', firstLine: 12, lastLine: 300 },
  ],
};

export function chat(turns: readonly Turn[] = [], changes: Partial<ChatState> = {}): ChatState {
  return {
    engine: { kind: 'ready', info },
    model: 'shorthand-nano',
    workspaceOpen: true,
    memory: { kind: 'unknown' },
    conversation: { id: 'one', title: turns[0]?.question ?? '' },
    running: turns.some(turn => turn.outcome.kind === 'running'),
    turns: [...turns],
    earlier: 0,
    later: 0,
    ...changes,
  };
}

export function answered(id = 1, changes: Partial<AnswerSummary> = {}): Turn {
  return { id, question: 'What does the queue do?', attachments: [], outcome: { kind: 'answered', answer: { ...answer, ...changes } } };
}

export function running(progress?: AnswerProgress, id = 1): Turn {
  return { id, question: 'What does the queue do?', attachments: [], outcome: { kind: 'running', elapsedMs: 0, ...(progress === undefined ? {} : { progress }) } };
}

export function stopped(id = 1): Turn {
  return { id, question: 'What does the queue do?', attachments: [], outcome: { kind: 'failed', code: 'cancelled', message: 'Stopped.' } };
}

export function failed(id = 1): Turn {
  return { id, question: 'What does the queue do?', attachments: [], outcome: { kind: 'failed', code: 'engine-crashed', message: 'The engine stopped unexpectedly. It starts again with the next request.' } };
}

export function found(id = 1): Turn {
  const place = { path: '/work/src/queue.ts', displayPath: 'src/queue.ts', firstLine: 3, lastLine: 9, preview: 'export class Queue {' };
  return { id, question: '/find the queue', attachments: [], outcome: { kind: 'found', places: [place, { ...place, firstLine: 30, lastLine: 31 }] } };
}
