import type { Locator, Page } from 'playwright-core';
import { vi } from 'vitest';

/** VS Code's own chat view. */
export class NativeChat {
  readonly #view: Locator;

  constructor(private readonly page: Page) {
    this.#view = page.locator('.part.auxiliarybar .interactive-session');
  }

  get input(): Locator {
    return this.#view.locator('.interactive-input-part');
  }

  /** Sends a question; the list of suggestions that its `@` and `/` open goes away first, for Enter to send. */
  async ask(question: string): Promise<void> {
    await this.input.locator('.monaco-editor').first().click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.type(question, { delay: 20 });
    await this.page.locator('.suggest-widget.visible').waitFor({ timeout: 2000 }).catch(() => undefined);
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('Enter');
  }

  /** A file, or lines of one, that is attached to the next question. */
  attached(name: string): Locator {
    return this.#view.locator('.chat-attached-context-attachment', { hasText: name }).first();
  }

  /** The button that stops the answer under way. */
  get cancel(): Locator {
    return this.#view.locator('.chat-execute-toolbar, .interactive-input-part').locator('.codicon-stop-circle, .codicon-debug-stop').first();
  }

  get answers(): Locator {
    return this.#view.locator('.interactive-item-container.interactive-response');
  }

  get lastAnswer(): Locator {
    return this.answers.last();
  }

  /** What the last answer's steps are folded into, once it is whole. */
  get steps(): Locator {
    return this.lastAnswer.getByText(/Completed \d+ steps?/);
  }

  /** Unfolds the steps of the last answer, and in them the list of what it read. */
  async openReferences(): Promise<void> {
    const references = this.lastAnswer.getByText(/Used \d+ references?/).first();
    const listed = this.lastAnswer.locator('.monaco-list-row').first();
    await this.steps.waitFor({ timeout: 60_000 });
    const open = async (): Promise<void> => {
      // VS Code draws a whole answer once more, and folds it again: each click may come too early.
      if (!(await references.isVisible())) {
        await this.steps.click({ timeout: 5000 });
      }
      if (!(await listed.isVisible())) {
        await references.click({ timeout: 5000 });
      }
      await listed.waitFor({ timeout: 5000 });
    };
    await vi.waitFor(open, { timeout: 60_000, interval: 200 });
  }
}
