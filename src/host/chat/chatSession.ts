import type { Attachment } from '../../common/attachments';
import type { FoundPlace } from '../../common/chatProtocol';
import type { AnswerProgress, ContextReport } from '../../common/context';
import type { Disposable } from '../../common/disposable';
import type { AskParams } from '../../common/engineProtocol';
import { errorMessage, type ErrorCode } from '../../common/errors';
import { Emitter } from '../../common/event';
import { parseSlashCommand } from '../../common/slashCommands';
import type { SearchHit } from '../../common/workspace';
import { mentionsOf } from '../context/mentions';
import type { Engine } from '../engine/engine';
import type { Log } from '../log';
import { answeredOutcome, newConversation, type Asked, type Conversation, type Outcome, type SessionTurn } from './history/conversation';

/** Turns that a conversation keeps. */
const maxTurns = 200;
/** Earlier turns that go into a prompt. More would push the workspace out of it. */
const maxHistory = 6;
/** Places that `/find` lists. */
const maxPlaces = 10;

/** What a slash command becomes, or what it lacks; `message` is localised. */
export type Prepared = Asked | { readonly kind: 'incomplete'; readonly message: string };

export interface ChatSessionOptions {
  readonly engine: Engine;
  readonly log: Log;
  /** What a question is asked about, read when it is asked; `attempt` counts how often it has been answered before. */
  readonly readParams: (attempt: number) => Omit<AskParams, 'question' | 'history' | 'mentions' | 'selection'>;
  /** Turns a slash command into what the engine is asked. */
  readonly prepare: (question: string, attachments: readonly Attachment[]) => Promise<Prepared>;
  /** What became of it before, for the text of the files as it is now. */
  readonly prepareAgain: (asked: Asked) => Promise<Prepared>;
  readonly errorCodeOf: (error: unknown) => ErrorCode;
  readonly errorText: (code: ErrorCode) => string;
}

interface Running {
  readonly id: number;
  readonly abort: AbortController;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** The conversation that is shown. It lives in the host, so it survives the page, which is destroyed whenever it is hidden. */
export class ChatSession implements Disposable {
  readonly #changes = new Emitter<void>();
  readonly #settles = new Emitter<Conversation>();
  #conversation = newConversation();
  #running: Running | undefined;

  /** Fires after every change, snapshots of an answer under way included. */
  readonly onDidChange = this.#changes.event;
  /** Fires when there is something to keep: a question, a finished answer, a new name. */
  readonly onDidSettle = this.#settles.event;

  constructor(private readonly options: ChatSessionOptions) {}

  get conversation(): Conversation {
    return this.#conversation;
  }

  get turns(): readonly SessionTurn[] {
    return this.#conversation.turns;
  }

  /** The turn that is being answered. */
  get runningId(): number | undefined {
    return this.#running?.id;
  }

  /** Asks a question and resolves when it is answered, has failed or was stopped. Ignored while another one runs. */
  async ask(question: string, attachments: readonly Attachment[] = []): Promise<void> {
    if (this.accepts(question)) {
      await this.#append(this.turns, question, attachments);
    }
  }

  /** True when a question would be asked now: it says something, and no other one runs. */
  accepts(question: string): boolean {
    return question.trim() !== '' && this.#running === undefined;
  }

  /** What the engine would be asked to answer if the question were asked now; undefined for a command that it does not answer. */
  async wouldAsk(question: string, attachments: readonly Attachment[]): Promise<AskParams | undefined> {
    const prepared = await this.#prepare({ question: question.trim(), attachments: [...attachments] });
    return prepared.kind === 'ask' ? this.#params(prepared, this.#nextId, 0) : undefined;
  }

  /** Asks a question in other words; it and the turns after it go. Returns the conversation as it was, or undefined when nothing was done. */
  edit(id: number, question: string): { readonly before: Conversation; readonly answered: Promise<void> } | undefined {
    const before = this.#conversation;
    const at = before.turns.findIndex(turn => turn.id === id);
    const turn = before.turns[at];
    return turn === undefined || !this.accepts(question) ? undefined : { before, answered: this.#append(before.turns.slice(0, at), question, turn.attachments) };
  }

  /** Asks a question again, in its place. An answer stays until there is another one. */
  async retry(id: number): Promise<void> {
    const turn = this.turns.find(candidate => candidate.id === id);
    if (turn !== undefined && this.#running === undefined) {
      const attempt = turn.outcome.kind === 'answered' ? turn.attempt + 1 : turn.attempt;
      await this.#run({ ...turn, attempt }, turn.outcome.kind === 'answered' ? turn : undefined);
    }
  }

  stop(): void {
    this.#running?.abort.abort();
  }

  /** Shows another conversation. An answer under way is given up: its turn is kept as interrupted. */
  open(conversation: Conversation): void {
    this.stop();
    this.#running = undefined;
    this.#conversation = conversation;
    this.#changes.fire();
  }

  rename(name: string): void {
    this.#conversation = { ...this.#conversation, name };
    this.#settle();
  }

  /** What was read for the newest answer. */
  get lastContext(): ContextReport | undefined {
    return this.turns.flatMap(({ outcome }) => (outcome.kind === 'answered' ? [outcome.answer.context] : [])).at(-1);
  }

  /** What was read for the answer of a turn; undefined when it has none. */
  contextOf(id: number): ContextReport | undefined {
    const outcome = this.turns.find(turn => turn.id === id)?.outcome;
    return outcome?.kind === 'answered' ? outcome.answer.context : undefined;
  }

  /** True for a path that a question or an answer names: the only files that the page may open. */
  hasNamed(path: string): boolean {
    return this.turns.some(({ attachments, outcome }) => {
      if (attachments.some(attachment => attachment.path === path)) {
        return true;
      }
      switch (outcome.kind) {
        case 'answered':
          return [...outcome.answer.context.read, ...outcome.answer.context.leftOut].some(file => file.path === path);
        case 'found':
          return outcome.places.some(place => place.path === path);
        default:
          return false;
      }
    });
  }

  dispose(): void {
    this.stop();
    this.#changes.dispose();
    this.#settles.dispose();
  }

  get #nextId(): number {
    return Math.max(0, ...this.turns.map(turn => turn.id)) + 1;
  }

  async #append(turns: readonly SessionTurn[], question: string, attachments: readonly Attachment[]): Promise<void> {
    const turn: SessionTurn = { id: this.#nextId, question: question.trim(), attachments: [...attachments], attempt: 0, outcome: { kind: 'running', since: Date.now() } };
    this.#conversation = { ...this.#conversation, turns: [...turns, turn].slice(-maxTurns) };
    await this.#run(turn);
  }

  /** Answers a turn. `before` is what it was: it comes back when the answer is stopped before its first word. */
  async #run(turn: SessionTurn, before?: SessionTurn): Promise<void> {
    const running: Running = { id: turn.id, abort: new AbortController(), since: Date.now() };
    this.#running = running;
    this.#put({ ...turn, outcome: { kind: 'running', since: running.since } });
    this.#settle();
    try {
      const prepared = turn.asked?.kind === 'ask' && turn.asked.code !== undefined ? this.options.prepareAgain(turn.asked) : (turn.asked ?? this.#prepare(turn));
      const asked = prepared instanceof Promise ? await prepared : prepared;
      if (asked.kind === 'incomplete') {
        this.#finish(running, { ...turn, outcome: asked });
        return;
      }
      const onProgress = (progress: AnswerProgress): void => this.#progress(running, progress);
      const outcome = await this.#answer(asked, turn, { signal: running.abort.signal, onProgress });
      this.#finish(running, { ...turn, asked, outcome });
    } catch (error) {
      const outcome = this.#failure(error);
      this.#finish(running, outcome.code === 'cancelled' && before !== undefined ? before : { ...turn, outcome });
    }
  }

  async #answer(asked: Asked, turn: SessionTurn, options: { readonly signal: AbortSignal; readonly onProgress: (progress: AnswerProgress) => void }): Promise<Outcome> {
    const { engine } = this.options;
    if (asked.kind === 'find') {
      const { workspace } = this.options.readParams(0);
      const hits = await engine.call('search', { workspace, question: asked.question, limit: maxPlaces }, { signal: options.signal });
      return { kind: 'found', places: hits.map(toPlace) };
    }
    const answer = await engine.call('ask', this.#params(asked, turn.id, turn.attempt), options);
    const { state } = engine;
    return answeredOutcome(answer, state.kind === 'ready' || state.kind === 'busy' ? state.info.bundleId : undefined);
  }

  #prepare({ question, attachments }: Pick<SessionTurn, 'question' | 'attachments'>): Prepared | Promise<Prepared> {
    return parseSlashCommand(question) === undefined ? { kind: 'ask', question, attachments } : this.options.prepare(question, attachments);
  }

  /** What a call that threw leaves behind. An answer that is stopped while it is written does not throw: the engine returns what there is. */
  #failure(error: unknown): Extract<Outcome, { kind: 'failed' }> {
    const code = this.options.errorCodeOf(error);
    if (code !== 'cancelled') {
      this.options.log.error(`A question failed (${code}): ${errorMessage(error)}`);
    }
    return { kind: 'failed', code, message: this.options.errorText(code) };
  }

  #progress(running: Running, progress: AnswerProgress): void {
    const turn = this.turns.find(({ id }) => id === running.id);
    if (this.#running === running && turn !== undefined) {
      this.#put({ ...turn, outcome: { kind: 'running', since: running.since, progress } });
      this.#changes.fire();
    }
  }

  #finish(running: Running, turn: SessionTurn): void {
    if (this.#running === running) {
      this.#running = undefined;
      this.#put(turn);
      this.#settle();
    }
  }

  #put(turn: SessionTurn): void {
    this.#conversation = { ...this.#conversation, turns: this.turns.map(other => (other.id === turn.id ? turn : other)) };
  }

  #settle(): void {
    this.#conversation = { ...this.#conversation, changedAt: Date.now() };
    this.#changes.fire();
    this.#settles.fire(this.#conversation);
  }

  #params({ question, attachments }: Extract<Asked, { kind: 'ask' }>, id: number, attempt: number): AskParams {
    return { ...this.options.readParams(attempt), ...mentionsOf(attachments), question, history: this.#historyBefore(id) };
  }

  #historyBefore(id: number): AskParams['history'] {
    return this.turns
      .filter(turn => turn.id < id)
      .flatMap(({ question, asked, outcome }) => (outcome.kind === 'answered' && outcome.answer.text !== '' ? [{ question: asked?.question ?? question, answer: outcome.answer.text }] : []))
      .slice(-maxHistory);
  }
}

function toPlace({ path, displayPath, firstLine, lastLine, text }: SearchHit): FoundPlace {
  const preview = text.split('\n').find(line => line.trim() !== '') ?? '';
  return { path, displayPath, firstLine, lastLine, preview: preview.trim().slice(0, 200) };
}
