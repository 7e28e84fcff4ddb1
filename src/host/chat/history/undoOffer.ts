import type { Disposable } from '../../../common/disposable';
import { Emitter } from '../../../common/event';

interface Offer {
  /** Localised: what was done. */
  readonly message: string;
  readonly takeBack: () => Promise<void>;
}

/** What was just done to a conversation and can be taken back, until something else is done. The page shows it above the question. */
export class UndoOffer implements Disposable {
  readonly #changes = new Emitter<void>();
  #offer: Offer | undefined;

  readonly onDidChange = this.#changes.event;

  get message(): string | undefined {
    return this.#offer?.message;
  }

  make(message: string, takeBack: () => Promise<void>): void {
    this.#set({ message, takeBack });
  }

  /** Takes it back; ignored when there is nothing to. */
  async accept(): Promise<void> {
    const offer = this.#offer;
    this.#set(undefined);
    await offer?.takeBack();
  }

  withdraw(): void {
    if (this.#offer !== undefined) {
      this.#set(undefined);
    }
  }

  dispose(): void {
    this.#changes.dispose();
  }

  #set(offer: Offer | undefined): void {
    this.#offer = offer;
    this.#changes.fire();
  }
}
