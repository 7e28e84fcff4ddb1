import type { Tokenizer } from '../tokenizer/tokenizer';
import { applyStopSequences } from './stopSequences';

/** Turns generated tokens into the text that may be shown: whole characters only, nothing of a stop sequence. */
export class AnswerText {
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  #text = '';
  #visible = '';
  #stopped = false;

  constructor(
    private readonly tokenizer: Pick<Tokenizer, 'decodeBytes'>,
    private readonly stops: readonly string[],
    /** Is not shown where an answer begins with it. */
    private readonly lead = '',
  ) {}

  /** The text so far, a snapshot. */
  get visible(): string {
    return this.#visible;
  }

  /** True once a stop sequence was complete; `visible` ends before it. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Adds a token. A character whose bytes are spread over several tokens appears with its last byte. */
  add(token: number): void {
    this.#text += this.#utf8.decode(this.tokenizer.decodeBytes([token]), { stream: true });
    const { visible, stopped } = applyStopSequences(this.#shown, this.stops);
    this.#visible = visible;
    this.#stopped = stopped;
  }

  /** The final text: what was held back as the possible start of a stop sequence is part of it. Half a character at the end is not. */
  finish(): string {
    return this.#stopped ? this.#visible : this.#shown;
  }

  get #shown(): string {
    return this.#text.startsWith(this.lead) ? this.#text.slice(this.lead.length) : this.#text;
  }
}
