import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { ChatState, Turn } from '../../src/common/chatProtocol';
import { h } from '../dom';

/** Tells screen readers of each answer once, when it is finished, and of another model. */
export class Announcer {
  readonly element = h('div', { class: 'visually-hidden', role: 'status', testId: 'announcer' });
  readonly #running = new Set<number>();
  #conversation = '';
  #model = '';

  update({ conversation, turns, model }: Pick<ChatState, 'conversation' | 'turns' | 'model'>): void {
    if (model !== this.#model) {
      if (this.#model !== '') {
        this.element.textContent = l10n.t("{0} answers from now on.", model);
      }
      this.#model = model;
    }
    if (conversation.id !== this.#conversation) {
      this.#conversation = conversation.id;
      this.#running.clear();
    }
    for (const { id, outcome } of turns) {
      if (outcome.kind === 'running') {
        this.#running.add(id);
      } else if (this.#running.delete(id)) {
        this.element.textContent = announcement(outcome);
      }
    }
  }
}

function announcement(outcome: Exclude<Turn['outcome'], { kind: 'running' }>): string {
  switch (outcome.kind) {
    case 'answered':
      return l10n.t("Answer: {0}", outcome.answer.text);
    case 'found':
      return outcome.places.length === 1 ? l10n.t("Found 1 place") : l10n.t("Found {0} places", outcome.places.length);
    case 'incomplete':
    case 'failed':
      return outcome.message;
    case 'interrupted':
      return l10n.t("This answer was interrupted.");
    default:
      return assertNever(outcome);
  }
}
