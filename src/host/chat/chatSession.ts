import type { Attachment } from '../../common/attachments';
import type { Answer, AnswerProgress, ContextReport } from '../../common/context';
import type { Disposable } from '../../common/disposable';
import type { AskParams } from '../../common/engineProtocol';
import { errorMessage, type ErrorCode } from '../../common/errors';
import { Emitter } from '../../common/event';
import { mentionsOf } from '../context/mentions';
import type { Engine } from '../engine/engine';
import type { Log } from '../log';

/** Turns that a conversation keeps; the page shows them all. */
const maxTurns = 200;
/** Earlier turns that go into a prompt. More would push the workspace out of it. */
const maxHistory = 6;

export interface ChatSessionOptions {
  readonly engine: Engine;
  readonly log: Log;
  /** What a question is asked about, read when it is asked. */
  readonly readParams: () => Omit<AskParams, 'question' | 'history' | 'mentions' | 'selection'>;
  readonly errorCodeOf: (error: unknown) => ErrorCode;
  readonly errorText: (code: ErrorCode) => string;
}

/** One question and what came of it, with all that is known of the answer. */
export interface SessionTurn {
  readonly id: number;
  readonly question: string;
  readonly attachments: readonly Attachment[];
  readonly outcome: Outcome;
}

type Outcome =
  | { readonly kind: 'running'; readonly progress?: AnswerProgress }
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/** A conversation. It lives in the host, so it survives the page, which is destroyed whenever it is hidden. */
export class ChatSession implements Disposable {
  readonly #changes = new Emitter<void>();
  #turns: readonly SessionTurn[] = [];
  #nextId = 1;
  #running: { readonly id: number; readonly abort: AbortController } | undefined;

  readonly onDidChange = this.#changes.event;

  constructor(private readonly options: ChatSessionOptions) {}

  get turns(): readonly SessionTurn[] {
    return this.#turns;
  }

  /** Asks a question and resolves when it is answered, has failed or was stopped. Ignored while another one runs. */
  async ask(question: string, attachments: readonly Attachment[] = []): Promise<void> {
    if (this.accepts(question)) {
      const turn: SessionTurn = { id: this.#nextId++, question: question.trim(), attachments, outcome: { kind: 'running' } };
      this.#turns = [...this.#turns, turn].slice(-maxTurns);
      await this.#run(turn);
    }
  }

  /** True when a question would be asked now: it says something, and no other one runs. */
  accepts(question: string): boolean {
    return question.trim() !== '' && this.#running === undefined;
  }

  /** What the engine would be told if the question were asked now. */
  paramsFor(question: string, attachments: readonly Attachment[]): AskParams {
    return this.#params({ id: this.#nextId, question: question.trim(), attachments });
  }

  /** Asks the question of a failed turn again, in its place. */
  async retry(id: number): Promise<void> {
    const turn = this.#turns.find(candidate => candidate.id === id);
    if (turn?.outcome.kind === 'failed' && this.#running === undefined) {
      this.#setOutcome(id, { kind: 'running' });
      await this.#run(turn);
    }
  }

  stop(): void {
    this.#running?.abort.abort();
  }

  clear(): void {
    this.stop();
    this.#running = undefined;
    this.#turns = [];
    this.#changes.fire();
  }

  /** What was read for the newest answer. */
  get lastContext(): ContextReport | undefined {
    return this.#turns.flatMap(({ outcome }) => (outcome.kind === 'answered' ? [outcome.answer.context] : [])).at(-1);
  }

  /** What was read for the answer of a turn; undefined when it has none. */
  contextOf(id: number): ContextReport | undefined {
    const outcome = this.#turns.find(turn => turn.id === id)?.outcome;
    return outcome?.kind === 'answered' ? outcome.answer.context : undefined;
  }

  /** True for a path that an answer names: the only files that the page may open. */
  hasNamed(path: string): boolean {
    return this.#turns.some(({ id }) => {
      const context = this.contextOf(id);
      return context !== undefined && [...context.read, ...context.leftOut].some(file => file.path === path);
    });
  }

  dispose(): void {
    this.stop();
    this.#changes.dispose();
  }

  async #run(turn: SessionTurn): Promise<void> {
    const { id } = turn;
    const abort = new AbortController();
    const running = { id, abort };
    this.#running = running;
    this.#changes.fire();
    try {
      const answer = await this.options.engine.call(
        'ask',
        this.#params(turn),
        {
          signal: abort.signal,
          onProgress: progress => this.#setOutcome(id, { kind: 'running', progress }),
        },
      );
      this.#finish(running, { kind: 'answered', answer });
    } catch (error) {
      this.#finish(running, this.#failure(error));
    }
  }

  /** What a call that threw leaves behind. An answer that is stopped while it is written does not throw: the engine returns what there is. */
  #failure(error: unknown): Outcome {
    const code = this.options.errorCodeOf(error);
    if (code !== 'cancelled') {
      this.options.log.error(`A question failed (${code}): ${errorMessage(error)}`);
    }
    return { kind: 'failed', code, message: this.options.errorText(code) };
  }

  #finish(running: { readonly id: number }, outcome: Outcome): void {
    if (this.#running === running) {
      this.#running = undefined;
      this.#setOutcome(running.id, outcome);
    }
  }

  #setOutcome(id: number, outcome: Outcome): void {
    this.#turns = this.#turns.map(turn => (turn.id === id ? { ...turn, outcome } : turn));
    this.#changes.fire();
  }

  #params({ id, question, attachments }: Omit<SessionTurn, 'outcome'>): AskParams {
    return { ...this.options.readParams(), ...mentionsOf(attachments), question, history: this.#historyBefore(id) };
  }

  #historyBefore(id: number): AskParams['history'] {
    return this.#turns
      .filter(turn => turn.id < id)
      .flatMap(({ question, outcome }) => (outcome.kind === 'answered' && outcome.answer.text !== '' ? [{ question, answer: outcome.answer.text }] : []))
      .slice(-maxHistory);
  }
}
