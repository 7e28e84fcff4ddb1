import * as v from 'valibot';
import { answerProgressSchema, contextReportSchema, stopReasonSchema } from './context';
import { engineStateSchema } from './engineState';
import { errorCodeSchema } from './errors';
import { noProgress, nothing, type Protocol } from './rpc/protocol';
import { compressProgressSchema } from './workspace';

const size = v.pipe(v.number(), v.minValue(0));

/** The figures of the line under an answer. The page asks for the files by `context`: with them a snapshot would grow with the workspace. */
export const answerSummarySchema = v.object({
  text: v.string(),
  stopReason: stopReasonSchema,
  filesRead: size,
  filesLeftOut: size,
  tokens: size,
  slots: size,
  firstTokenMs: size,
});

/** One question and what came of it. */
export const turnSchema = v.object({
  id: v.number(),
  question: v.string(),
  outcome: v.variant('kind', [
    v.object({ kind: v.literal('running'), progress: v.optional(answerProgressSchema) }),
    v.object({ kind: v.literal('answered'), answer: answerSummarySchema }),
    /** `message` is localised: what happened and what to do. */
    v.object({ kind: v.literal('failed'), code: errorCodeSchema, message: v.string() }),
  ]),
});

/** What the chat page shows of the workspace's memory. */
export const memoryStateSchema = v.variant('kind', [
  v.object({ kind: v.literal('unknown') }),
  v.object({ kind: v.literal('compressing'), progress: v.optional(compressProgressSchema) }),
  v.object({ kind: v.literal('known'), files: size, tokens: size, slots: size, skipped: size }),
]);

/** Everything that the chat page shows; sent whole with every change. */
export const chatStateSchema = v.object({
  engine: engineStateSchema,
  workspaceOpen: v.boolean(),
  memory: memoryStateSchema,
  turns: v.array(turnSchema),
});

/** What the extension host answers to the chat page. */
export const chatProtocol = {
  name: 'shorthand-chat',
  version: 1,
  methods: {
    /** Runs until it is cancelled; its progress is the state of the chat. */
    watch: { params: nothing, progress: chatStateSchema, result: nothing },
    ask: { params: v.object({ question: v.string() }), progress: noProgress, result: nothing },
    /** Asks a failed turn's question again, in its place. */
    retry: { params: v.object({ id: v.number() }), progress: noProgress, result: nothing },
    stop: { params: nothing, progress: noProgress, result: nothing },
    clear: { params: nothing, progress: noProgress, result: nothing },
    /** What was read for the answer of a turn. */
    context: { params: v.object({ id: v.number() }), progress: noProgress, result: contextReportSchema },
    /** Opens a file that an answer read, at a line. */
    reveal: { params: v.object({ path: v.string(), line: v.pipe(v.number(), v.integer(), v.minValue(1)) }), progress: noProgress, result: nothing },
    compressWorkspace: { params: nothing, progress: noProgress, result: nothing },
    openFolder: { params: nothing, progress: noProgress, result: nothing },
    showLog: { params: nothing, progress: noProgress, result: nothing },
    copy: { params: v.object({ text: v.string() }), progress: noProgress, result: nothing },
  },
} as const satisfies Protocol;

export type ChatProtocol = typeof chatProtocol;
export type AnswerSummary = v.InferOutput<typeof answerSummarySchema>;
export type MemoryState = v.InferOutput<typeof memoryStateSchema>;
export type Turn = v.InferOutput<typeof turnSchema>;
export type ChatState = v.InferOutput<typeof chatStateSchema>;
