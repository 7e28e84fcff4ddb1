import { ShorthandError } from '../../common/errors';
import type { AddedToken } from '../../common/tokenizer/tokenizerFile';
import { AddedTokens } from './addedTokens';
import type { TextModel } from './textModel';
import type { TextPiece, Tokenizer } from './tokenizer';

/** A model of text and the tokens that were added to it. */
export class ModelTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly #added: AddedTokens;
  /** What added tokens stand for: nothing, or their text. */
  readonly #addedBytes: ReadonlyMap<number, Uint8Array | undefined>;
  // `ignoreBOM` keeps a byte order mark as the character that it is.
  readonly #text = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(
    private readonly model: TextModel,
    tokens: readonly AddedToken[],
  ) {
    const utf8 = new TextEncoder();
    this.#added = new AddedTokens(tokens);
    this.#addedBytes = new Map(tokens.map(({ id, content, special }) => [id, special ? undefined : utf8.encode(content)]));
    this.vocabularySize = tokens.reduce((size, token) => Math.max(size, token.id + 1), model.size);
  }

  encode(text: string): Int32Array {
    return this.encodePieces([{ kind: 'text', text }], false);
  }

  encodeTemplate(text: string): Int32Array {
    return this.encodePieces([{ kind: 'template', text }], true);
  }

  encodePieces(pieces: readonly TextPiece[], start: boolean): Int32Array {
    const sections = this.#added.sections(pieces);
    const [only] = sections;
    if (sections.length === 1 && only?.kind === 'text') {
      return this.model.encode(this.#opened(only.text, start ? 'start' : 'middle'));
    }
    const ids: number[] = [];
    sections.forEach((section, i) => {
      if (section.kind === 'token') {
        ids.push(section.id);
        return;
      }
      for (const id of this.model.encode(this.#opened(section.text, i > 0 ? 'section' : start ? 'start' : 'middle'))) {
        ids.push(id);
      }
    });
    return Int32Array.from(ids);
  }

  decode(ids: ArrayLike<number>): string {
    return this.#text.decode(this.decodeBytes(ids));
  }

  decodeBytes(ids: ArrayLike<number>): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] ?? -1;
      const bytes = this.#addedBytes.has(id) ? this.#addedBytes.get(id) : this.model.bytes(id);
      if (bytes !== undefined) {
        parts.push(bytes);
      }
    }
    return Buffer.concat(parts);
  }

  specialTokenId(token: string): number {
    const id = this.#added.id(token);
    if (id === undefined) {
      throw new ShorthandError('bundle-unsupported', `The tokenizer has no special token ${token}.`);
    }
    return id;
  }

  /** A text with the dummy space that belongs before it. */
  #opened(text: string, place: 'start' | 'section' | 'middle'): string {
    const { where, unlessThere } = this.model.dummySpace;
    const opens = place !== 'middle' && (where === 'sections' || (where === 'start' && place === 'start'));
    return opens && !(unlessThere && text.startsWith(' ')) ? ` ${text}` : text;
  }
}
