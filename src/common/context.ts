import * as v from 'valibot';
import { ratioSchema } from './bundle';

const size = v.pipe(v.number(), v.minValue(0));

/** How a stretch of a file entered the prompt. A skeleton is the raw text of its declarations alone, without their bodies. */
export const formSchema = v.variant('kind', [
  v.object({ kind: v.literal('raw') }),
  v.object({ kind: v.literal('skeleton') }),
  v.object({ kind: v.literal('slots'), ratio: ratioSchema }),
]);

/** Why a stretch entered the prompt, most wanted first. `fits`: nothing spoke for it, but there was room. */
export const readReasons = ['selection', 'mentioned', 'symbol', 'pinned', 'open', 'relevant', 'fits'] as const;

/** A file, or some lines of one, that the user named in the question. Lines count from 1 and are inclusive. */
export const mentionSchema = v.object({
  path: v.string(),
  lines: v.optional(v.object({ firstLine: size, lastLine: size })),
});

/** One file that the decoder read. Lines count from 1 and are inclusive. */
export const readFileSchema = v.object({
  path: v.string(),
  displayPath: v.string(),
  form: formSchema,
  reason: v.picklist(readReasons),
  firstLine: size,
  lastLine: size,
  /** Tokens of source text. */
  tokens: size,
  /** Decoder positions that they took. */
  positions: size,
  /** True when only some of the file's windows fitted. */
  partial: v.boolean(),
});

/** A file, or the rest of one, that did not fit the budget. */
export const leftOutSchema = v.object({ path: v.string(), displayPath: v.string(), tokens: size });

/** What the decoder read for one answer: shown under it, nothing dropped silently. */
export const contextReportSchema = v.object({
  read: v.array(readFileSchema),
  leftOut: v.array(leftOutSchema),
  filesKnown: size,
  tokens: size,
  slots: size,
  /** Earlier turns of the conversation that did not fit, the oldest ones. */
  droppedTurns: size,
  promptPositions: size,
  /** Positions that were still in the KV cache from the turn before. */
  reusedPositions: size,
  /** Positions that are kept free for the answer. */
  answerPositions: size,
  budget: size,
});

export const timingsSchema = v.object({
  /** From the request to the first token, compression of changed files included. */
  firstTokenMs: size,
  compressMs: size,
  prefillMs: size,
  totalMs: size,
  tokensPerSecond: size,
});

export const stopReasonSchema = v.picklist(['end', 'length', 'stop-sequence', 'cancelled']);

/** A snapshot of an answer under way. What was read comes with the answer: in snapshots, its lists would grow with the workspace. */
export const answerProgressSchema = v.variant('phase', [
  v.object({ phase: v.literal('compressing'), filesDone: size, filesTotal: size }),
  v.object({ phase: v.literal('planning') }),
  v.object({ phase: v.literal('reading'), positionsDone: size, positionsTotal: size }),
  v.object({ phase: v.literal('writing'), text: v.string(), tokens: size }),
]);

export const answerSchema = v.object({
  text: v.string(),
  stopReason: stopReasonSchema,
  generatedTokens: size,
  context: contextReportSchema,
  timings: timingsSchema,
});

/** Sampling of the decoder. Temperature 0 is greedy. */
export const samplingSchema = v.object({
  temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(2)),
  topP: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
  repetitionPenalty: v.pipe(v.number(), v.minValue(1), v.maxValue(2)),
  maxTokens: v.pipe(v.number(), v.integer(), v.minValue(1)),
  seed: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  stop: v.array(v.string()),
});

export type ReadReason = (typeof readReasons)[number];
export type Mention = v.InferOutput<typeof mentionSchema>;
export type Form = v.InferOutput<typeof formSchema>;
export type ReadFile = v.InferOutput<typeof readFileSchema>;
export type LeftOut = v.InferOutput<typeof leftOutSchema>;
export type ContextReport = v.InferOutput<typeof contextReportSchema>;
export type Timings = v.InferOutput<typeof timingsSchema>;
export type StopReason = v.InferOutput<typeof stopReasonSchema>;
export type AnswerProgress = v.InferOutput<typeof answerProgressSchema>;
export type Answer = v.InferOutput<typeof answerSchema>;
export type Sampling = v.InferOutput<typeof samplingSchema>;
