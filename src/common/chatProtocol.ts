import * as v from 'valibot';
import { attachmentSchema, attachmentStateSchema } from './attachments';
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
  /** What the user attached to it. */
  attachments: v.array(attachmentSchema),
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

/** What a question would read, if it were asked now. */
export const previewSchema = v.variant('kind', [
  v.object({ kind: v.literal('planned'), report: contextReportSchema }),
  /** The engine isn't running, and typing alone doesn't start it. */
  v.object({ kind: v.literal('engine-stopped') }),
]);

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
    /** Runs until it is cancelled; its progress is what is attached to the next question, which takes it along. */
    watchAttachments: { params: nothing, progress: attachmentStateSchema, result: nothing },
    /** Attaches what a completion or the state offered. */
    attach: { params: v.object({ attachment: attachmentSchema }), progress: noProgress, result: nothing },
    detach: { params: v.object({ attachment: attachmentSchema }), progress: noProgress, result: nothing },
    /**
     * Attaches files by URI or path, as they were dropped or pasted; folders give their files. `message` is localised and says what was not
     * attached; a paste of something else gives none.
     */
    attachPaths: {
      params: v.object({ paths: v.array(v.string()), from: v.picklist(['drop', 'paste']) }),
      progress: noProgress,
      result: v.object({ message: v.optional(v.string()) }),
    },
    /** What could be attached for a beginning of a name, best first. */
    complete: { params: v.object({ kind: v.picklist(['file', 'symbol']), query: v.string() }), progress: noProgress, result: v.array(attachmentSchema) },
    /** What a question would read if it were asked now, with what is attached. `start`: start the engine for it. */
    preview: { params: v.object({ question: v.string(), start: v.boolean() }), progress: noProgress, result: previewSchema },
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
export type Preview = v.InferOutput<typeof previewSchema>;
export type ChatState = v.InferOutput<typeof chatStateSchema>;
