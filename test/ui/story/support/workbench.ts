import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { inRoot } from '../../../../scripts/lib/paths.mjs';

const screenshots = inRoot('test', 'ui', 'screenshots');

/** VS Code's own user interface, as far as the story touches it. */
export class Workbench {
  #shots = 0;

  /** @param story leads the names of the pictures */
  constructor(
    private readonly page: Page,
    private readonly story: string,
  ) {}

  /** Answers the question whether the folder's authors are trusted; then the explorer shows its files. */
  async trustWorkspace(): Promise<void> {
    await this.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Yes, I trust the authors' }).click({ timeout: 60_000 });
    await this.untilReady();
  }

  async untilReady(): Promise<void> {
    await this.page.locator('.explorer-viewlet .monaco-list-row').first().waitFor({ timeout: 60_000 });
    await this.statusBar.waitFor({ timeout: 60_000 });
  }

  /** Reloads by command, so that VS Code saves its state before. */
  async reloadWindow(): Promise<void> {
    const reloaded = this.page.waitForEvent('domcontentloaded');
    await this.runCommand('Developer: Reload Window');
    await reloaded;
    await this.untilReady();
  }

  get statusBar(): Locator {
    return this.page.locator('.statusbar-item', { hasText: 'Shorthand' });
  }

  /** Runs a command from the palette. Its list is computed as one types, and contributed commands may come late: hence the retries. */
  async runCommand(label: string): Promise<void> {
    // The hover of a row that was clicked before would cover what the command opens.
    await this.takeMouseAway();
    const input = this.page.locator('.quick-input-widget .quick-input-filter input');
    for (let attempt = 0; attempt < 10; attempt++) {
      await this.page.keyboard.press('F1');
      await input.waitFor();
      await input.fill(`>${label}`);
      const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
      const found = await row.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
      if (found) {
        await this.page.keyboard.press('Enter');
        return;
      }
      await this.page.keyboard.press('Escape');
    }
    throw new Error(`The palette does not offer ${label}.`);
  }

  /** Moves the mouse to the title bar, where nothing answers to it: what it hovered over closes. */
  async takeMouseAway(): Promise<void> {
    await this.page.mouse.move(700, 20);
  }

  /** A choice of the list that is open, or opens soon. */
  quickPick(label: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
  }

  /** The row of the explorer that is selected. */
  get selectedInExplorer(): Locator {
    return this.page.locator('.explorer-viewlet .monaco-list-row.selected');
  }

  inExplorer(name: string): Locator {
    return this.page.locator('.explorer-viewlet .monaco-list-row', { hasText: name }).first();
  }

  /** The tab of a file that is open. */
  tab(name: string): Locator {
    return this.page.locator('.tab', { hasText: name });
  }

  /** Chooses from the menu of a row of the explorer. A menu ignores a click that comes too soon after it was opened. */
  async chooseInExplorer(name: string, label: string): Promise<void> {
    await this.inExplorer(name).click({ button: 'right' });
    await this.takeFromMenu(label);
  }

  /** Chooses from the menu that is open, or opens soon. */
  async takeFromMenu(label: string): Promise<void> {
    const entry = this.page.locator('.monaco-menu .action-label', { hasText: label });
    for (let attempt = 0; attempt < 5; attempt++) {
      await entry.click();
      const closed = await entry.waitFor({ state: 'hidden', timeout: 2000 }).then(
        () => true,
        () => false,
      );
      if (closed) {
        return;
      }
    }
    throw new Error(`The menu does not take ${label}.`);
  }

  /** A notification that is shown now or comes soon. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
  }

  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
    await this.page.locator('.notifications-toasts .notification-list-item').first().waitFor({ state: 'hidden' });
  }

  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.page.locator('.quick-input-widget .quick-input-filter input').fill(name);
    // The first row may still be one of the files before the search.
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: path.basename(name) }).first().click();
    await this.page.locator('.tab.active', { hasText: path.basename(name) }).waitFor();
    // The tab is there before its text.
    await this.page.locator(`.monaco-editor[data-uri$="/${path.basename(name)}"] .view-line`).first().waitFor();
  }

  /** Shows the extension's log, with the cursor in it. */
  async focusLog(): Promise<void> {
    await this.runCommand('Shorthand: Show Log');
    await this.page.locator('.panel .monaco-editor.focused').waitFor();
  }

  async hidePanel(): Promise<void> {
    await this.runCommand('View: Hide Panel');
    await this.page.locator('.panel .monaco-editor').waitFor({ state: 'hidden' });
  }

  /** Closes settings and the like, which VS Code shows above everything else: keys reach nothing behind them. */
  async closeModalEditor(): Promise<void> {
    const modal = this.page.locator('.monaco-modal-editor-block');
    await modal.getByRole('button', { name: /^Close/ }).first().click({ timeout: 10_000 });
    await modal.waitFor({ state: 'hidden' });
  }

  get editor(): Locator {
    return this.page.locator('.editor-instance .monaco-editor').first();
  }

  /** Rests the mouse on the first place where a word is shown, until a hover with the text appears. */
  async hover(word: string, text: string | RegExp): Promise<Locator> {
    const shown = this.hoverWith(text);
    for (let attempt = 0; attempt < 5; attempt++) {
      await this.takeMouseAway();
      await this.editor.locator('.view-line span span', { hasText: word }).first().hover();
      const found = await shown.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (found) {
        return shown;
      }
    }
    throw new Error(`No hover on ${word} says ${String(text)}.`);
  }

  hoverWith(text: string | RegExp): Locator {
    return this.page.locator('.monaco-hover', { hasText: text }).first();
  }

  /** What a failed test leaves behind: the page, and the messages that have hidden themselves since. */
  async showFailure(): Promise<void> {
    await this.screenshot('failure');
    await this.runCommand('Notifications: Show Notifications').then(
      () => this.screenshot('failure-messages'),
      () => undefined,
    );
  }

  /** Pictures of each step, to be looked at by people. */
  async screenshot(name: string): Promise<void> {
    this.#shots += 1;
    await this.page.screenshot({ path: path.join(screenshots, `${this.story}-${String(this.#shots).padStart(2, '0')}-${name}.png`) });
  }
}
