import type { Locator, Page } from 'playwright-core';

/** The diff editor between a file and what the model remembers of it. */
export class Reconstruction {
  constructor(private readonly page: Page) {}

  get tab(): Locator {
    return this.page.locator('.tab.active', { hasText: 'What the Model Remembers' });
  }

  get refresh(): Locator {
    return this.page.locator('.editor-actions a[aria-label="Refresh What the Model Remembers"]');
  }

  /** What stands behind the lines of one side. Decorations are drawn by the style sheet: their texts are in no element. */
  labels(side: 'original' | 'modified'): Promise<readonly string[]> {
    return this.page.evaluate<readonly string[]>(`
      [...document.querySelectorAll('.monaco-diff-editor .editor.${side} .view-line span')]
        .map(element => getComputedStyle(element, '::after').content)
        .filter(content => content !== 'none' && content !== 'normal')
        .map(content => content.replace(/^"|"$/g, '').replaceAll('\\u00a0', ' '))
    `);
  }

  /** The text of the reconstruction, as far as the editor shows it. */
  text(): Promise<string> {
    return this.page.locator('.monaco-diff-editor .editor.modified .view-lines').innerText();
  }
}
