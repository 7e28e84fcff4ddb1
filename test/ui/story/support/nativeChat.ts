import type { Locator, Page } from 'playwright-core';

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
}
