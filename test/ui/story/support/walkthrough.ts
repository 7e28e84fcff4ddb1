import type { Frame, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** VS Code's page with the walkthrough of an extension. */
export class Walkthrough {
  readonly page: Locator;

  constructor(private readonly workbench: Page) {
    this.page = workbench.locator('.gettingStartedContainer .gettingStartedDetailsContent');
  }

  /** Opens the walkthrough from the welcome page, where VS Code has not opened it by itself. */
  async start(): Promise<void> {
    const offered = this.workbench.locator('.getting-started-category', { hasText: 'Get Started with Shorthand' });
    await offered.or(this.step('Compress your files')).filter({ visible: true }).first().click({ timeout: 90_000 });
    await this.step('Compress your files').filter({ visible: true }).waitFor();
  }

  step(title: string): Locator {
    return this.page.locator('.getting-started-step', { hasText: title });
  }

  /** The step, once it is ticked off. */
  done(title: string): Locator {
    return this.step(title).locator('.codicon.complete');
  }

  /** Opens a step, unless it is open. A click closes one that is, and VS Code may choose a step by itself just after it was asked for. */
  async open(title: string): Promise<void> {
    const description = this.step(title).locator('.button-container, .step-description-container').first();
    const shown = (timeout: number) =>
      description.waitFor({ timeout }).then(
        () => true,
        () => false,
      );
    let open = await shown(1000);
    for (let attempt = 0; attempt < 5 && !open; attempt++) {
      await this.step(title).locator('.step-title').click();
      open = await shown(5000);
    }
    expect(open, `${title} is open`).toBe(true);
  }

  async press(button: string): Promise<void> {
    await this.page.getByRole('button', { name: button, exact: true }).click();
  }

  /** Waits for the picture beside the step that is open. VS Code shows it in a webview, whose place in the page says nothing. */
  async picture(): Promise<void> {
    await expect.poll(async () => (await Promise.all(this.workbench.frames().map(countPictures))).some(count => count > 0), { timeout: 30_000 }).toBe(true);
  }
}

async function countPictures(frame: Frame): Promise<number> {
  // A frame may go while it is looked at.
  return frame.locator('svg[viewBox="0 0 480 320"]').count().catch(() => 0);
}
