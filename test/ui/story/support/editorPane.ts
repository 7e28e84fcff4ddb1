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
    return this.element.locator('.ghost-text-decoration, .ghost-text-decoration-preview, .suggest-preview-text, .ghost-text').first();
  }

  get lightBulb(): Locator {
    return this.element.locator('.lightBulbWidget:visible, .codicon-light-bulb:visible, .codicon-gutter-lightbulb:visible').first();
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
