import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The memory map in its editor, two frames deep as the chat page is. */
export class MemoryMap {
  readonly #frame: FrameLocator;

  constructor(page: Page) {
    this.#frame = page.frameLocator('iframe.webview.ready:not([src*="purpose=webviewView"])').frameLocator('#active-frame');
  }

  get page(): Locator {
    return this.#frame.getByTestId('map-page');
  }

  get tiles(): Locator {
    return this.#frame.getByTestId('tile');
  }

  get status(): Locator {
    return this.#frame.getByTestId('status');
  }

  /** Tiles with the outline of what the last answer read. */
  get outlined(): Locator {
    return this.#frame.locator('.outline:not(.none):not(.swatch *)');
  }

  get focused(): Locator {
    return this.#frame.locator('.tile:focus');
  }

  tile(path: string): Locator {
    return this.#frame.locator(`[data-testid=tile][data-key="${path}"]`);
  }

  button(testId: string): Locator {
    return this.#frame.getByTestId(testId);
  }

  colouring(name: string): Locator {
    return this.#frame.getByRole('radio', { name });
  }
}
