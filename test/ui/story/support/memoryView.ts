import type { Locator, Page } from 'playwright-core';
import type { Workbench } from './workbench';

/** The memory view in the side bar. A row's label for screen readers says all that there is to say about a file. */
export class MemoryView {
  constructor(
    private readonly page: Page,
    private readonly workbench: Workbench,
  ) {}

  async open(): Promise<void> {
    await this.workbench.runCommand('Shorthand: Show Memory');
    await this.pane.waitFor({ timeout: 60_000 });
  }

  /** Folds the chat, so that the whole side bar is for the list. */
  async foldChat(): Promise<void> {
    const header = this.page.locator('.part.auxiliarybar .pane-header[aria-label^="Chat"][aria-expanded="true"]');
    await header.click();
    await header.waitFor({ state: 'detached' });
  }

  get pane(): Locator {
    return this.page.locator('.part.auxiliarybar .pane', { has: this.page.locator('.pane-header[aria-label^="Memory"]') });
  }

  /** What stands there while there is nothing to list. */
  get welcome(): Locator {
    return this.pane.locator('.welcome-view-content');
  }

  /** The figures over the list. */
  get message(): Locator {
    return this.pane.locator('.message');
  }

  get rows(): Locator {
    return this.pane.locator('.monaco-list-row');
  }

  /** The row of a file or folder whose label goes on with a text. */
  row(name: string, label = ''): Locator {
    return this.pane.locator(`.monaco-list-row[aria-label^="${name}, ${label}"]`);
  }

  /** Waits until a row's label says something; labels are long, and begin with name and state. */
  async shows(name: string, label: string): Promise<void> {
    await this.row(name, label).waitFor({ timeout: 30_000 });
  }

  async label(name: string): Promise<string> {
    return (await this.row(name).getAttribute('aria-label')) ?? '';
  }

  /** Chooses from the context menu of a row. */
  async choose(name: string, action: string): Promise<void> {
    await this.row(name).click({ button: 'right' });
    await this.#take(action);
  }

  /** Chooses from the menu that is open. */
  async #take(action: string): Promise<void> {
    const menu = this.page.locator('.context-view .monaco-menu');
    const item = menu.locator('.action-item', { hasText: action }).first();
    // A menu that has just opened takes no click: it could be the end of the one that opened it.
    for (let attempt = 0; attempt < 10; attempt++) {
      await item.click();
      const closed = await menu.waitFor({ state: 'hidden', timeout: 1000 }).then(
        () => true,
        () => false,
      );
      if (closed) {
        return;
      }
    }
    throw new Error(`The menu does not take ${action}.`);
  }

  /** A button of the view's title bar. */
  async clickTitle(label: string): Promise<void> {
    await this.pane.locator('.pane-header').hover();
    await this.pane.locator(`.pane-header .action-label[aria-label^="${label}"]`).click();
  }

  /** Chooses from the menu behind the three dots of the title bar, where the rarer actions are. */
  async chooseTitle(action: string): Promise<void> {
    await this.clickTitle('More Actions');
    await this.#take(action);
  }

  /** The words beside the view's name. */
  get description(): Locator {
    return this.pane.locator('.pane-header .description');
  }
}
