import type { FrameLocator, Locator, Page } from 'playwright-core';

/** What stands around the question field of the chat page: completions, what is attached, and the plan. */
export class ComposerView {
  readonly #frame: FrameLocator;

  constructor(private readonly page: Page) {
    this.#frame = page.frameLocator('iframe.webview.ready[src*="purpose=webviewView"]').frameLocator('#active-frame');
  }

  get field(): Locator {
    return this.#frame.getByTestId('question-field').locator('textarea');
  }

  get completions(): Locator {
    return this.#frame.getByTestId('completion');
  }

  get chips(): Locator {
    return this.#frame.getByTestId('chip');
  }

  chip(name: string): Locator {
    return this.chips.filter({ hasText: name });
  }

  /** The selection of the editor, as it is offered. */
  get offer(): Locator {
    return this.#frame.getByTestId('chip-offer');
  }

  get notice(): Locator {
    return this.#frame.getByTestId('composer-notice');
  }

  get planToggle(): Locator {
    return this.#frame.getByTestId('plan-toggle');
  }

  get plan(): Locator {
    return this.#frame.getByTestId('plan-details');
  }

  /** Types at the end of the question, as keys. */
  async type(text: string): Promise<void> {
    await this.field.focus();
    await this.field.press('Control+End');
    await this.field.pressSequentially(text);
  }

  /** Types the beginning of a name and takes the completion that is called so. */
  async complete(typed: string, name: string): Promise<void> {
    await this.type(typed);
    const wanted = this.completions.filter({ hasText: name }).first();
    await wanted.waitFor({ timeout: 30_000 });
    for (let step = 0; step < 50 && (await wanted.getAttribute('aria-selected')) !== 'true'; step++) {
      await this.field.press('ArrowDown');
    }
    await this.field.press('Enter');
    await this.completions.first().waitFor({ state: 'detached' });
  }

  /** What the entries of a plan or of a report say. */
  async entries(list: Locator): Promise<readonly string[]> {
    return list.getByTestId('context-entry').allInnerTexts();
  }

  /** Takes an attachment off with the keyboard. */
  async detach(name: string): Promise<void> {
    await this.chip(name).focus();
    await this.chip(name).press('Delete');
    await this.chip(name).waitFor({ state: 'detached' });
  }

  /** Drags a row of the explorer or a tab onto the question field. VS Code passes a drag on to a page only while Shift is held. */
  async dragIn(source: Locator): Promise<void> {
    const [from, to] = [await source.boundingBox(), await this.field.boundingBox()];
    if (from === null || to === null) {
      throw new Error('What is dragged or the chat is not shown.');
    }
    const { mouse, keyboard } = this.page;
    await mouse.move(from.x + 60, from.y + from.height / 2);
    await mouse.down();
    await mouse.move(from.x + 90, from.y + from.height / 2 + 5, { steps: 3 });
    await keyboard.down('Shift');
    await mouse.move(to.x + 30, to.y - 40, { steps: 10 });
    await mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 });
    await mouse.up();
    await keyboard.up('Shift');
  }

  /** Drops URIs on the page, as a drag from outside of the workspace would. */
  async drop(...uris: readonly string[]): Promise<void> {
    const data = JSON.stringify(uris.join('\r\n'));
    const field = await this.field.elementHandle();
    const frame = await field.ownerFrame();
    await frame?.evaluate(`
      const dataTransfer = new DataTransfer();
      dataTransfer.setData('text/uri-list', ${data});
      document.querySelector('textarea').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    `);
  }
}
