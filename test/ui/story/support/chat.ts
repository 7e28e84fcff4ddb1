import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The chat page, two frames deep: VS Code's webview host, and the extension's content in it. Webviews of editors are told apart by their purpose. */
export class Chat {
  readonly #frame: FrameLocator;

  constructor(page: Page) {
    this.#frame = page.frameLocator('iframe.webview.ready[src*="purpose=webviewView"]').frameLocator('#active-frame');
  }

  get page(): Locator {
    return this.#frame.getByTestId('chat-page');
  }

  get title(): Locator {
    return this.#frame.getByTestId('title');
  }

  get history(): Locator {
    return this.#frame.getByTestId('history');
  }

  get field(): Locator {
    return this.#frame.getByTestId('question-field').locator('textarea');
  }

  /** The field, while the keyboard is in it. */
  get focusedField(): Locator {
    return this.#frame.getByTestId('question-field').locator('textarea:focus');
  }

  /** Names the model that answers, and lets the user choose another one. */
  get model(): Locator {
    return this.#frame.getByTestId('model');
  }

  /** Where another model goes on. */
  get modelNotes(): Locator {
    return this.#frame.getByTestId('model-note').filter({ visible: true });
  }

  /** What is attached to the next question. */
  get chips(): Locator {
    return this.#frame.getByTestId('chip');
  }

  /** What was just done to a conversation, with the way back. */
  get undoBar(): Locator {
    return this.#frame.getByTestId('undo-bar');
  }

  get undo(): Locator {
    return this.undoBar.getByTestId('undo');
  }

  get stop(): Locator {
    return this.#frame.getByTestId('stop');
  }

  /** The turns, oldest first. */
  get turns(): Locator {
    return this.#frame.getByTestId('turn');
  }

  get lastTurn(): Locator {
    return this.turns.last();
  }

  get questions(): Promise<readonly string[]> {
    return this.#frame.getByTestId('question').allTextContents();
  }

  /** A button over a block of code. */
  codeButton(action: 'copy' | 'insert' | 'create' | 'apply'): Locator {
    return this.#frame.getByTestId(`${action}-code`).first();
  }

  async ask(question: string): Promise<void> {
    const before = await this.turns.count();
    await this.field.fill(question);
    await this.field.press('Enter');
    await this.turns.nth(before).waitFor();
  }

  async state(): Promise<string | null> {
    return this.lastTurn.getAttribute('data-state');
  }

  async answerText(): Promise<string> {
    const answer = this.lastTurn.getByTestId('answer');
    return (await answer.count()) === 0 ? '' : answer.innerText();
  }
}
