import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { AnswerSummary, Turn } from '../../src/common/chatProtocol';
import type { EngineState } from '../../src/common/engineState';
import type { ErrorCode } from '../../src/common/errors';
import { button, iconElement } from '../components';
import { h, renderInto } from '../dom';
import { renderMarkdown } from '../markdown';
import type { Actions } from './actions';
import { contextReport } from './contextReport';
import { RunningAnswer } from './runningAnswer';

/** One question with its answer. It is updated in place, so that what the user has opened or focused in it stays. */
export class TurnView {
  readonly element: HTMLElement;
  readonly #answer = h('div', { class: 'answer' });
  #running: RunningAnswer | undefined;

  constructor(
    question: string,
    private readonly actions: Actions,
  ) {
    this.element = h(
      'article',
      { class: 'turn', testId: 'turn' },
      h('h2', { class: 'author' }, l10n.t("You")),
      h('div', { class: 'question', testId: 'question' }, question),
      h('h2', { class: 'author' }, l10n.t("Shorthand")),
      this.#answer,
    );
  }

  update(turn: Turn, engine: EngineState): void {
    const { outcome } = turn;
    this.element.dataset['state'] = outcome.kind;
    switch (outcome.kind) {
      case 'running': {
        const running = (this.#running ??= new RunningAnswer(text => this.#markdown(text)));
        running.update(outcome.progress, engine);
        renderInto(this.#answer, 'running', () => running.elements);
        return;
      }
      case 'answered':
        // An answer does not change any more.
        renderInto(this.#answer, 'answered', () => this.#answered(turn.id, outcome.answer));
        return;
      case 'failed':
        renderInto(this.#answer, `failed ${outcome.message}`, () => [this.#failed(turn.id, outcome.code, outcome.message)]);
        return;
      default:
        assertNever(outcome);
    }
  }

  #answered(id: number, answer: AnswerSummary): HTMLElement[] {
    const text = h('div', { class: 'markdown', testId: 'answer' }, this.#markdown(answer.text));
    const note = stopNote(answer);
    return [text, ...(note === undefined ? [] : [h('p', { class: 'note', testId: 'stop-note' }, note)]), contextReport(id, answer, this.actions)];
  }

  #failed(id: number, code: ErrorCode, message: string): HTMLElement {
    const retry = button(l10n.t("Retry"), 'retry', () => this.actions.retry(id), { icon: 'refresh', secondary: true });
    const log = button(l10n.t("Show Log"), 'show-log', () => this.actions.showLog(), { secondary: true });
    const text = h('p', { class: 'message' }, iconElement(code === 'cancelled' ? 'circle-slash' : 'error'), h('span', {}, message));
    return h('div', { class: code === 'cancelled' ? 'failure stopped' : 'failure', testId: 'failure' }, text, h('div', { class: 'buttons' }, retry, ...(code === 'cancelled' ? [] : [log])));
  }

  #markdown(text: string): DocumentFragment {
    return renderMarkdown(text, code => this.actions.copy(code));
  }
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
