import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { Preview } from '../../src/common/chatProtocol';
import type { ContextReport } from '../../src/common/context';
import { h } from '../dom';
import { budgetRing, emptyRing } from './budgetRing';
import type { ContextActions } from './contextActions';
import { contextDetails, filesInContext } from './contextEntries';

/** A plan reads the workspace: it waits until the typing pauses. */
const pauseMs = 400;

/**
 * Shows, before a question is sent, what it would read: in one line, and opened as the list. While it is closed it doesn't start the engine.
 * It never stands in the way of sending: a plan that comes too late is dropped.
 */
export class PlanPreview {
  /** A button with the ring and the number of files. */
  readonly toggle: HTMLButtonElement;
  /** The list, shown while the preview is open. */
  readonly body = h('div', { class: 'plan-body', role: 'group', testId: 'plan-details', label: l10n.t("What would be read"), hidden: true });
  readonly #ring = h('span', { class: 'plan-ring' });
  readonly #text = h('span', { testId: 'plan-text' });
  #timer: number | undefined;
  #request: AbortController | undefined;
  #paused = false;
  #open = false;

  constructor(
    private readonly actions: Pick<ContextActions, 'preview' | 'reveal'>,
    /** The question as it stands; undefined when there is nothing to plan for. */
    private readonly question: () => string | undefined,
  ) {
    this.toggle = h('button', { class: 'plan-toggle', testId: 'plan-toggle' }, this.#ring, this.#text);
    this.toggle.type = 'button';
    this.toggle.setAttribute('aria-expanded', 'false');
    this.toggle.addEventListener('click', () => this.#setOpen(!this.#open));
    // It scrolls, so the keyboard must be able to reach it.
    this.body.tabIndex = 0;
    this.body.id = 'plan-details';
    this.toggle.setAttribute('aria-controls', this.body.id);
    this.body.addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        this.#setOpen(false);
        this.toggle.focus();
      }
    });
    this.#showUnknown();
  }

  /** Plans again, soon: the question, its attachments or the editor changed. */
  changed(): void {
    window.clearTimeout(this.#timer);
    this.#request?.abort();
    this.#timer = window.setTimeout(() => void this.#plan(), pauseMs);
  }

  /** An answer that is being written needs the engine for itself. */
  pause(paused: boolean): void {
    if (paused !== this.#paused) {
      this.#paused = paused;
      this.changed();
    }
  }

  #setOpen(open: boolean): void {
    this.#open = open;
    this.body.hidden = !open;
    this.toggle.setAttribute('aria-expanded', String(open));
    if (open) {
      this.body.replaceChildren(h('p', { class: 'facts' }, l10n.t("Choosing what to read…")));
      window.clearTimeout(this.#timer);
      void this.#plan();
    }
  }

  async #plan(): Promise<void> {
    const open = this.#open;
    const question = this.question() ?? (open ? '' : undefined);
    this.#request?.abort();
    if (question === undefined) {
      this.#showUnknown();
    }
    if (question === undefined || this.#paused) {
      return;
    }
    const request = new AbortController();
    this.#request = request;
    try {
      const preview = await this.actions.preview(question, open, request.signal);
      if (!request.signal.aborted) {
        this.#show(preview);
      }
    } catch {
      if (!request.signal.aborted) {
        this.#showUnknown();
        this.body.replaceChildren(h('p', {}, l10n.t("What would be read is not known: the question can't be planned.")));
      }
    }
  }

  #show(preview: Preview): void {
    switch (preview.kind) {
      case 'engine-stopped':
        this.#showUnknown();
        return;
      case 'not-asked':
        this.#ring.replaceChildren(emptyRing());
        this.#text.textContent = l10n.t("The model reads nothing for this");
        this.body.replaceChildren(h('p', {}, this.#text.textContent));
        return;
      case 'planned':
        this.#showReport(preview.report);
        return;
      default:
        assertNever(preview);
    }
  }

  #showReport(report: ContextReport): void {
    this.#ring.replaceChildren(budgetRing(report));
    this.#text.textContent = filesInContext(report);
    const { scrollTop } = this.body;
    this.body.replaceChildren(...contextDetails(report, this.actions, l10n.t("Files that would be read")));
    this.body.scrollTop = scrollTop;
  }

  #showUnknown(): void {
    this.#ring.replaceChildren(emptyRing());
    this.#text.textContent = l10n.t("Show what would be read");
  }
}
