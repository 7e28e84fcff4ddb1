import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** VS Code's lists, questions and notifications, as far as choosing a model goes through them. */
export class Models {
  constructor(private readonly page: Page) {}

  /** The field of the list or question that is open. */
  get input(): Locator {
    return this.page.locator('.quick-input-widget:visible input[type="text"], .quick-input-widget:visible input[type="password"]').first();
  }

  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** A row of the list that is open. */
  row(text: string | RegExp): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  /** Narrows the list down to a row and chooses it. */
  async choose(filter: string, text: string | RegExp = filter): Promise<void> {
    await this.input.fill(filter);
    await this.row(text).waitFor();
    await this.row(text).click();
  }

  /** Answers a question for a text, once its title is shown. */
  async answer(title: string | RegExp, text: string): Promise<void> {
    await this.page.locator('.quick-input-widget:visible .quick-input-title', { hasText: title }).waitFor({ timeout: 30_000 });
    await this.input.fill(text);
    await this.input.press('Enter');
  }

  /** Chooses a folder in VS Code's simple dialog. It begins with a folder of its own, which would replace what was typed too soon. */
  async chooseFolder(title: string | RegExp, folder: string): Promise<void> {
    await this.page.locator('.quick-input-widget:visible .quick-input-title', { hasText: title }).waitFor({ timeout: 30_000 });
    await this.row('..').waitFor({ timeout: 30_000 });
    await expect.poll(() => this.input.inputValue()).not.toBe('');
    await expect
      .poll(async () => {
        await this.input.fill(folder);
        await this.page.waitForTimeout(500);
        return this.input.inputValue();
      }, { timeout: 30_000 })
      .toBe(folder);
    await this.input.press('Enter');
  }

  async press(button: string): Promise<void> {
    await this.dialog.getByRole('button', { name: button }).click({ timeout: 30_000 });
    await this.dialog.waitFor({ state: 'hidden' });
  }

  /** Presses a button of a notification. */
  async pressIn(notification: Locator, button: string): Promise<void> {
    await notification.getByRole('button', { name: button }).click();
  }
}
