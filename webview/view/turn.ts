import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { AnswerSummary, ChatState, Citation, FoundPlace, Turn } from '../../src/common/chatProtocol';
import type { ErrorCode } from '../../src/common/errors';
import { button, fileLink, iconButton, iconElement } from '../components';
import { h, renderInto } from '../dom';
import { renderMarkdown } from '../markdown';
import { formatCount } from '../strings';
import type { Actions } from './actions';
import { attachedList } from './attachedList';
import { contextReport } from './contextReport';
import { QuestionView } from './question';
import { RunningAnswer } from './runningAnswer';

/** One question with its answer. It is updated in place, so that what the user has opened or focused in it stays. */
export class TurnView {
  readonly element: HTMLElement;
  readonly #question: QuestionView;
  readonly #again: HTMLButtonElement;
  readonly #answer = h('div', { class: 'answer' });
  readonly #model = h('p', { class: 'model-note', testId: 'model-note', hidden: true });
  #running: RunningAnswer | undefined;

  constructor(
    { id, question, attachments }: Turn,
    private readonly actions: Actions,
  ) {
    this.#question = new QuestionView(question, text => actions.edit(id, text));
    this.#again = iconButton('refresh', l10n.t("Ask again"), 'ask-again', () => actions.retry(id));
    this.element = h(
      'article',
      { class: 'turn', testId: 'turn' },
      this.#model,
      h('div', { class: 'turn-head' }, h('h2', { class: 'author' }, l10n.t("You")), this.#question.editButton),
      this.#question.element,
      ...attachedList(attachments, actions),
      h('div', { class: 'turn-head' }, h('h2', { class: 'author' }, l10n.t("Shorthand")), this.#again),
      this.#answer,
    );
  }

  /** @param model the one that answers from this turn on, where it is another one than before */
  update(turn: Turn, { engine, running }: Pick<ChatState, 'engine' | 'running'>, model: string | undefined): void {
    const { id, outcome } = turn;
    this.element.dataset['state'] = outcome.kind;
    this.#model.hidden = model === undefined;
    this.#model.textContent = model === undefined ? '' : modelNote(model);
    this.#question.editButton.disabled = running;
    this.#again.disabled = running;
    this.#again.hidden = outcome.kind !== 'answered' && outcome.kind !== 'found';
    if (outcome.kind !== 'running') {
      this.#running?.dispose();
      this.#running = undefined;
    }
    switch (outcome.kind) {
      case 'running': {
        const answer = (this.#running ??= new RunningAnswer(text => renderMarkdown(text)));
        answer.update(outcome.progress, outcome.elapsedMs, engine);
        renderInto(this.#answer, 'running', () => answer.elements);
        return;
      }
      case 'answered':
        // The time tells an answer from one before it: a snapshot between them may be missing.
        renderInto(this.#answer, `answered ${outcome.answer.firstTokenMs}`, () => this.#answered(id, outcome.answer));
        return;
      case 'found':
        renderInto(this.#answer, `found ${JSON.stringify(outcome.places)}`, () => this.#found(outcome.places));
        return;
      case 'incomplete':
        renderInto(this.#answer, `incomplete ${outcome.message}`, () => [h('p', { class: 'note', testId: 'incomplete' }, outcome.message)]);
        return;
      case 'failed':
        renderInto(this.#answer, `failed ${outcome.message}`, () => [this.#failed(id, outcome.code, outcome.message)]);
        return;
      case 'interrupted':
        renderInto(this.#answer, 'interrupted', () => [this.#failed(id, 'cancelled', l10n.t("This answer was interrupted."))]);
        return;
      default:
        assertNever(outcome);
    }
  }

  /** Ends what runs by itself. */
  remove(): void {
    this.#running?.dispose();
    this.element.remove();
  }

  #answered(id: number, answer: AnswerSummary): HTMLElement[] {
    const content = renderMarkdown(answer.text, {
      citations: answer.citations,
      onOpen: citation => this.#open(citation),
      onCode: (index, action) => this.actions.codeBlock(id, index, action),
    });
    const text = h('div', { class: 'markdown', testId: 'answer' }, content);
    const note = stopNote(answer);
    return [text, ...(note === undefined ? [] : [h('p', { class: 'note', testId: 'stop-note' }, note)]), ...this.#sources(answer), contextReport(id, answer, this.actions)];
  }

  #open({ path, firstLine, lastLine }: Citation): void {
    this.actions.reveal(path, firstLine, lastLine);
  }

  #sources({ sources, filesRead }: AnswerSummary): readonly HTMLElement[] {
    if (sources.length === 0) {
      return [];
    }
    const links = sources.map(source => h('li', {}, fileLink(source, 'source', citation => this.#open(citation))));
    const more = filesRead - sources.length;
    const rest = more > 0 ? [h('li', {}, l10n.t("and {0} more", formatCount(more)))] : [];
    return [h('div', { class: 'sources' }, h('span', {}, l10n.t("Sources:")), h('ul', { testId: 'sources', label: l10n.t("Sources") }, ...links, ...rest))];
  }

  #found(places: readonly FoundPlace[]): readonly HTMLElement[] {
    if (places.length === 0) {
      return [h('p', { class: 'note', testId: 'found' }, l10n.t("Nothing matches these words."))];
    }
    const items = places.map(({ path, displayPath, firstLine, lastLine, preview }) => {
      const place = { text: `${displayPath}:${firstLine}\u2013${lastLine}`, path, firstLine, lastLine };
      return h('li', {}, fileLink(place, 'found-place', citation => this.#open(citation)), h('code', { class: 'preview' }, preview));
    });
    return [h('ol', { class: 'found', testId: 'found', label: l10n.t("Found places") }, ...items)];
  }

  #failed(id: number, code: ErrorCode, message: string): HTMLElement {
    const retry = button(l10n.t("Retry"), 'retry', () => this.actions.retry(id), { icon: 'refresh', secondary: true });
    const log = button(l10n.t("Show Log"), 'show-log', () => this.actions.showLog(), { secondary: true });
    const text = h('p', { class: 'message' }, iconElement(code === 'cancelled' ? 'circle-slash' : 'error'), h('span', {}, message));
    return h('div', { class: code === 'cancelled' ? 'failure stopped' : 'failure', testId: 'failure' }, text, h('div', { class: 'buttons' }, retry, ...(code === 'cancelled' ? [] : [log])));
  }
}

/** Says that another model answers from here on. */
export function modelNote(model: string): string {
  return l10n.t("{0} answers from here on", model);
}

/** Why an answer ends where it does, when that is not its own end. */
function stopNote(answer: AnswerSummary): string | undefined {
  switch (answer.stopReason) {
    case 'end':
    case 'stop-sequence':
      return undefined;
    case 'length':
      return l10n.t("The answer reached its length limit.");
    case 'cancelled':
      return l10n.t("Stopped.");
    default:
      return assertNever(answer.stopReason);
  }
}
