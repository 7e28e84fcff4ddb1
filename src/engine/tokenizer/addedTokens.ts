import type { AddedToken } from '../../common/tokenizer/tokenizerFile';
import type { TextPiece } from './tokenizer';

/** A stretch of a text: an added token, or what a model reads. */
export type Section = { readonly kind: 'token'; readonly id: number } | { readonly kind: 'text'; readonly text: string };

/**
 * Finds added tokens in text, the longest first. In plain text only those count that are white space and nothing else (GPT-NeoX has runs of
 * spaces): they carry no meaning that a file could forge, and without them indented code takes several times the tokens. All other added
 * tokens count in a prompt's own text alone, also those that a checkpoint doesn't call special (`<think>`, `<tool_call>`).
 */
export class AddedTokens {
  readonly #tokenOf: ReadonlyMap<string, AddedToken>;
  readonly #any: RegExp | undefined;
  readonly #blank: RegExp | undefined;

  constructor(tokens: readonly AddedToken[]) {
    this.#tokenOf = new Map(tokens.map(token => [token.content, token]));
    this.#any = finder(tokens);
    this.#blank = finder(tokens.filter(token => /^\p{White_Space}+$/u.test(token.content)));
  }

  /** The id of a token, by its text. */
  id(content: string): number | undefined {
    return this.#tokenOf.get(content)?.id;
  }

  /** Pieces as sections; texts that follow each other are one section. */
  sections(pieces: readonly TextPiece[]): readonly Section[] {
    const sections: Section[] = [];
    for (const { kind, text } of pieces) {
      for (const section of this.#parts(text, kind === 'template' ? this.#any : this.#blank)) {
        const last = sections.at(-1);
        if (section.kind === 'text' && last?.kind === 'text') {
          sections[sections.length - 1] = { kind: 'text', text: last.text + section.text };
        } else {
          sections.push(section);
        }
      }
    }
    return sections;
  }

  *#parts(text: string, finder: RegExp | undefined): Generator<Section> {
    let end = 0;
    for (const match of finder === undefined ? [] : text.matchAll(finder)) {
      const token = this.#tokenOf.get(match[0]);
      if (token === undefined || match.index < end) {
        continue;
      }
      const before = text.slice(end, match.index);
      yield* textSection(token.lstrip ? before.trimEnd() : before);
      yield { kind: 'token', id: token.id };
      end = match.index + match[0].length;
      if (token.rstrip) {
        end = text.length - text.slice(end).trimStart().length;
      }
    }
    yield* textSection(text.slice(end));
  }
}

function textSection(text: string): readonly Section[] {
  return text === '' ? [] : [{ kind: 'text', text }];
}

function finder(tokens: readonly AddedToken[]): RegExp | undefined {
  const longestFirst = tokens.map(token => token.content).sort((left, right) => right.length - left.length);
  return longestFirst.length === 0 ? undefined : new RegExp(longestFirst.map(text => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'gu');
}
