/** Turns snapshots of a text that grows into what is new in each: VS Code's streams take pieces. */
export class AnswerDeltas {
  #sent = '';

  /** What follows the text that was sent; empty when the snapshot does not continue it. */
  next(snapshot: string): string {
    if (!snapshot.startsWith(this.#sent)) {
      return '';
    }
    const delta = snapshot.slice(this.#sent.length);
    this.#sent = snapshot;
    return delta;
  }
}
