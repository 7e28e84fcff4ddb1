import * as v from 'valibot';
import { attachmentSchema, attachmentStateSchema } from './attachments';
import { answerProgressSchema, contextReportSchema, stopReasonSchema } from './context';
import { engineStateSchema } from './engineState';
import { errorCodeSchema } from './errors';
import { noProgress, nothing, type Protocol } from './rpc/protocol';
import { compressProgressSchema } from './workspace';

const size = v.pipe(v.number(), v.minValue(0));

const line = v.pipe(v.number(), v.integer(), v.minValue(1));

/** A place in a file that opens with a click: a name of it in an answer's text, or one of the files that it read. */
export const citationSchema = v.object({
  /** As it stands in the answer, or the file's name. */
  text: v.string(),
  path: v.string(),
  firstLine: line,
  lastLine: v.optional(line),
});

/** A stretch of source that `/find` found. */
export const foundPlaceSchema = v.object({
  path: v.string(),
  displayPath: v.string(),
  firstLine: line,
  lastLine: line,
  /** Its first line that says something. */
  preview: v.string(),
});

/** The figures of the line under an answer. The page asks for the files by `context`: with them a snapshot would grow with the workspace. */
export const answerSummarySchema = v.object({
  text: v.string(),
  stopReason: stopReasonSchema,
  /** The id of the bundle that answered, where it is known. */
  model: v.optional(v.string()),
  filesRead: size,
  filesLeftOut: size,
  tokens: size,
  slots: size,
  firstTokenMs: size,
  /** Names of read files in the text. */
  citations: v.array(citationSchema),
  /** The first of the files that were read, cited ones before others. */
  sources: v.array(citationSchema),
});

/** One question and what came of it. */
export const turnSchema = v.object({
  id: v.number(),
  question: v.string(),
  /** What the user attached to it. */
  attachments: v.array(attachmentSchema),
  outcome: v.variant('kind', [
    v.object({ kind: v.literal('running'), elapsedMs: size, progress: v.optional(answerProgressSchema) }),
    v.object({ kind: v.literal('answered'), answer: answerSummarySchema }),
    v.object({ kind: v.literal('found'), places: v.array(foundPlaceSchema) }),
    /** A slash command lacks something; `message` is localised and says what. */
    v.object({ kind: v.literal('incomplete'), message: v.string() }),
    /** `message` is localised: what happened and what to do. */
    v.object({ kind: v.literal('failed'), code: errorCodeSchema, message: v.string() }),
    /** The window was closed, or another conversation opened, before the answer was there. */
    v.object({ kind: v.literal('interrupted') }),
  ]),
});

/** What the chat page shows of the workspace's memory. */
export const memoryStateSchema = v.variant('kind', [
  v.object({ kind: v.literal('unknown') }),
  /** The model has no compressor: it reads files as text. */
  v.object({ kind: v.literal('textAlone') }),
  v.object({ kind: v.literal('compressing'), progress: v.optional(compressProgressSchema) }),
  v.object({ kind: v.literal('known'), files: size, tokens: size, slots: size, skipped: size }),
]);

/** Everything that the chat page shows; sent whole with every change. */
export const chatStateSchema = v.object({
  engine: engineStateSchema,
  /** The id of the bundle that answers the next question. */
  model: v.string(),
  workspaceOpen: v.boolean(),
  memory: memoryStateSchema,
  /** `title` is empty before the first question. */
  conversation: v.object({ id: v.string(), title: v.string() }),
  /** True while a question is being answered, be its turn among `turns` or not. */
  running: v.boolean(),
  /** What was just done to a conversation and can be taken back; localised. */
  undo: v.optional(v.string()),
  /** A window of the conversation, so that snapshots and the page do not grow with it; `earlier` and `later` count the turns beyond its ends. */
  turns: v.array(turnSchema),
  earlier: size,
  later: size,
});

/** What can be done with a block of code in an answer. */
export const codeActions = ['copy', 'insert', 'create', 'apply'] as const;

/** What a question would read, if it were asked now. */
export const previewSchema = v.variant('kind', [
  v.object({ kind: v.literal('planned'), report: contextReportSchema }),
  /** The engine isn't running, and typing alone doesn't start it. */
  v.object({ kind: v.literal('engine-stopped') }),
  /** The decoder reads nothing for it: a command that is answered without, or one that lacks something. */
  v.object({ kind: v.literal('not-asked') }),
]);

/** What the extension host answers to the chat page. */
export const chatProtocol = {
  name: 'shorthand-chat',
  version: 1,
  methods: {
    /** Runs until it is cancelled; its progress is the state of the chat. */
    watch: { params: nothing, progress: chatStateSchema, result: nothing },
    /** `accepted` is false while another question is being answered, of which the page may not know yet. */
    ask: { params: v.object({ question: v.string() }), progress: noProgress, result: v.object({ accepted: v.boolean() }) },
    /** Asks a turn's question in other words; it and the turns after it go. */
    edit: { params: v.object({ id: v.number(), question: v.string() }), progress: noProgress, result: nothing },
    /** Asks a turn's question again, in its place. */
    retry: { params: v.object({ id: v.number() }), progress: noProgress, result: nothing },
    /** Takes back what `undo` of the state says. */
    undo: { params: nothing, progress: noProgress, result: nothing },
    dismissUndo: { params: nothing, progress: noProgress, result: nothing },
    stop: { params: nothing, progress: noProgress, result: nothing },
    showHistory: { params: nothing, progress: noProgress, result: nothing },
    /** Moves the window over the turns of the conversation. */
    showTurns: { params: v.object({ which: v.picklist(['earlier', 'later']) }), progress: noProgress, result: nothing },
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
    reveal: { params: v.object({ path: v.string(), line, lastLine: v.optional(line) }), progress: noProgress, result: nothing },
    chooseModel: { params: nothing, progress: noProgress, result: nothing },
    compressWorkspace: { params: nothing, progress: noProgress, result: nothing },
    openFolder: { params: nothing, progress: noProgress, result: nothing },
    showLog: { params: nothing, progress: noProgress, result: nothing },
    /** Works on a block of code of an answer, counted from 0. The host takes the text from its own record: the page is not trusted with it. */
    codeBlock: { params: v.object({ id: v.number(), index: v.pipe(v.number(), v.integer(), v.minValue(0)), action: v.picklist(codeActions) }), progress: noProgress, result: nothing },
  },
} as const satisfies Protocol;

export type ChatProtocol = typeof chatProtocol;
export type Citation = v.InferOutput<typeof citationSchema>;
export type FoundPlace = v.InferOutput<typeof foundPlaceSchema>;
export type CodeAction = (typeof codeActions)[number];
export type AnswerSummary = v.InferOutput<typeof answerSummarySchema>;
export type MemoryState = v.InferOutput<typeof memoryStateSchema>;
export type Turn = v.InferOutput<typeof turnSchema>;
export type Preview = v.InferOutput<typeof previewSchema>;
export type ChatState = v.InferOutput<typeof chatStateSchema>;
