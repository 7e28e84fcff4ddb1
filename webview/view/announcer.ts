import * as l10n from '@vscode/l10n';
import type { Turn } from '../../src/common/chatProtocol';
import { h } from '../dom';

/** Tells screen readers of each answer once, when it is finished. */
export class Announcer {
  readonly element = h('div', { class: 'visually-hidden', role: 'status', testId: 'announcer' });
  #running = new Set<number>();

  update(turns: readonly Turn[]): void {
    for (const { id, outcome } of turns) {
      if (this.#running.has(id) && outcome.kind !== 'running') {
        this.element.textContent = outcome.kind === 'answered' ? l10n.t("Answer: {0}", outcome.answer.text) : outcome.message;
      }
    }
    this.#running = new Set(turns.filter(turn => turn.outcome.kind === 'running').map(turn => turn.id));
  }
}
