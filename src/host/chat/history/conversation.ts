import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { attachmentSchema } from '../../../common/attachments';
import { foundPlaceSchema } from '../../../common/chatProtocol';
import { answerSchema, type Answer, type AnswerProgress } from '../../../common/context';
import { errorCodeSchema } from '../../../common/errors';

/** What a question became: a slash command asks in other words, and about the code that it found. */
const askedSchema = v.variant('kind', [
  v.object({
    kind: v.literal('ask'),
    question: v.string(),
    attachments: v.array(attachmentSchema),
    /** The hash of the lines of the first attachment, where a command found them: they may have moved or changed when it is asked again. */
    code: v.optional(v.string()),
  }),
  v.object({ kind: v.literal('find'), question: v.string() }),
]);

const settledSchema = v.variant('kind', [
  /** `model` is the id of the bundle that answered. `filesLeftOut` counts all; the list of them in the answer is cut, since it grows with the workspace. */
  v.object({ kind: v.literal('answered'), answer: answerSchema, model: v.optional(v.string()), filesLeftOut: v.pipe(v.number(), v.minValue(0)) }),
  /** The places that `/find` found. */
  v.object({ kind: v.literal('found'), places: v.array(foundPlaceSchema) }),
  /** A slash command lacks something; `message` is localised and says what. */
  v.object({ kind: v.literal('incomplete'), message: v.string() }),
  v.object({ kind: v.literal('failed'), code: errorCodeSchema, message: v.string() }),
  /** The window was closed, or another conversation opened, before the answer was there. */
  v.object({ kind: v.literal('interrupted') }),
]);

const storedTurnSchema = v.object({
  id: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** As it was typed. */
  question: v.string(),
  attachments: v.array(attachmentSchema),
  asked: v.optional(askedSchema),
  /** How often the question was asked again after it had been answered. */
  attempt: v.pipe(v.number(), v.integer(), v.minValue(0)),
  outcome: settledSchema,
});

/** A conversation as it is kept on disk. */
export const storedConversationSchema = v.object({
  format: v.literal(1),
  id: v.pipe(v.string(), v.uuid()),
  /** What the user called it. */
  name: v.optional(v.string()),
  /** Milliseconds since the epoch. */
  changedAt: v.number(),
  turns: v.array(storedTurnSchema),
});

export type StoredConversation = v.InferOutput<typeof storedConversationSchema>;
export type Asked = v.InferOutput<typeof askedSchema>;
export type Outcome = v.InferOutput<typeof settledSchema> | { readonly kind: 'running'; readonly since: number; readonly progress?: AnswerProgress };

/** One question and what came of it, with all that is known of the answer. */
export type SessionTurn = Readonly<Omit<StoredConversation['turns'][number], 'outcome'>> & { readonly outcome: Outcome };

export type Conversation = Readonly<Omit<StoredConversation, 'format' | 'turns'>> & { readonly turns: readonly SessionTurn[] };

const titleLength = 60;

/** Left-out files that are kept by name. */
const maxLeftOut = 200;

/** An answer as a conversation keeps it, with the id of the bundle that gave it. */
export function answeredOutcome(answer: Answer, model?: string): Extract<Outcome, { kind: 'answered' }> {
  const { context } = answer;
  const kept = context.leftOut.length <= maxLeftOut ? answer : { ...answer, context: { ...context, leftOut: context.leftOut.slice(0, maxLeftOut) } };
  return { kind: 'answered', answer: kept, ...(model === undefined ? {} : { model }), filesLeftOut: context.leftOut.length };
}

export function newConversation(): Conversation {
  return { id: randomUUID(), changedAt: Date.now(), turns: [] };
}

/** The name that the user gave, or else the first question, shortened; empty when there is neither. */
export function titleOf({ name, turns }: Pick<Conversation, 'name' | 'turns'>): string {
  const title = name ?? turns[0]?.question.replace(/\s+/g, ' ').trim() ?? '';
  return title.length <= titleLength ? title : `${title.slice(0, titleLength - 1).trimEnd()}\u2026`;
}

/** What is kept of a conversation: an answer under way can't go on after a restart. */
export function toStored({ turns, ...conversation }: Conversation): StoredConversation {
  return {
    format: 1,
    ...conversation,
    turns: turns.map(({ outcome, ...turn }) => ({ ...turn, outcome: outcome.kind === 'running' ? { kind: 'interrupted' as const } : outcome })),
  };
}

export function fromStored({ id, name, changedAt, turns }: StoredConversation): Conversation {
  return { id, ...(name === undefined ? {} : { name }), changedAt, turns };
}
