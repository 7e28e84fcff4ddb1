import type { Locator, Page } from 'playwright-core';

/** The text editor: what is under the mouse and at the cursor. */
export class EditorPane {
  constructor(private readonly page: Page) {}

  get element(): Locator {
    return this.page.locator('.editor-instance .monaco-editor').first();
  }

  /** The first place where a word is shown. */
  word(text: string): Locator {
    return this.element.locator('.view-line span span', { hasText: text }).first();
  }

  /** Text that is offered and not there yet. */
  get ghostText(): Locator {
    // Text of several lines has parts that are hidden.
    return this.element.locator('.ghost-text-decoration, .ghost-text-decoration-preview, .suggest-preview-text, .ghost-text').filter({ visible: true }).first();
  }

  get lightBulb(): Locator {
    return this.element.locator('.lightBulbWidget:visible, .codicon-light-bulb:visible, .codicon-gutter-lightbulb:visible').first();
  }

  /**
   * Opens the light bulb's list and gives the action with a text. On a machine that is busy the bulb may stand for an earlier selection, or for what
   * another extension offered sooner: then it is opened again, by its key where the bulb does not come back.
   */
  async openLightBulb(text: string): Promise<Locator> {
    const action = this.page.locator('.action-widget .monaco-list-row', { hasText: text });
    for (let attempt = 1; ; attempt++) {
      try {
        await this.lightBulb.click({ timeout: 5000 });
      } catch {
        await this.page.keyboard.press('Control+.');
      }
      try {
        await action.waitFor({ timeout: 5000 });
        return action;
      } catch (error) {
        if (attempt === 6) {
          throw error;
        }
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Puts the cursor into the editor, at the beginning of the file, and selects whole lines from there. */
  async selectLines(count: number): Promise<void> {
    await this.toTop();
    for (let line = 0; line < count; line++) {
      await this.page.keyboard.press('Shift+ArrowDown');
    }
  }

  async toTop(): Promise<void> {
    await this.element.locator('.view-lines').click({ position: { x: 300, y: 10 } });
    await this.page.keyboard.press('Control+Home');
  }

  async toEnd(): Promise<void> {
    await this.toTop();
    await this.page.keyboard.press('Control+End');
  }

  /** Opens the menu of a word or of what is selected there; gives the menu. */
  async openMenu(at: Locator): Promise<Locator> {
    await at.click({ button: 'right' });
    const menu = this.page.locator('.monaco-menu:visible').first();
    await menu.waitFor();
    return menu;
  }

  /** What the editor shows, line by line, hard spaces as spaces. */
  async text(): Promise<string> {
    return (await this.element.locator('.view-lines').innerText()).replaceAll('\u00a0', ' ');
  }
}
