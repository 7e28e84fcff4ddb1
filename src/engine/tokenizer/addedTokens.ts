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
    const list = new SectionList();
    for (const { kind, text } of pieces) {
      this.#split(text, kind === 'template' ? this.#any : this.#blank, list);
    }
    return list.sections;
  }

  #split(text: string, finder: RegExp | undefined, list: SectionList): void {
    let end = 0;
    for (const match of finder === undefined ? [] : text.matchAll(finder)) {
      const token = this.#tokenOf.get(match[0]);
      if (token !== undefined) {
        list.addText(text.slice(end, match.index));
        list.addToken(token);
        end = match.index + match[0].length;
      }
    }
    list.addText(text.slice(end));
  }
}

/** Sections in the making. White space that belongs to a token is dropped, also where it lies in the piece before or behind. */
class SectionList {
  readonly sections: Section[] = [];
  #dropsSpace = false;

  addText(text: string): void {
    const rest = this.#dropsSpace ? text.trimStart() : text;
    if (rest === '') {
      return;
    }
    this.#dropsSpace = false;
    const last = this.sections.at(-1);
    if (last?.kind === 'text') {
      this.sections[this.sections.length - 1] = { kind: 'text', text: last.text + rest };
    } else {
      this.sections.push({ kind: 'text', text: rest });
    }
  }

  addToken({ id, lstrip, rstrip }: AddedToken): void {
    const last = this.sections.at(-1);
    if (lstrip && last?.kind === 'text') {
      this.sections.pop();
      this.addText(last.text.trimEnd());
    }
    this.sections.push({ kind: 'token', id });
    this.#dropsSpace = rstrip;
  }
}

function finder(tokens: readonly AddedToken[]): RegExp | undefined {
  const longestFirst = tokens.map(token => token.content).sort((left, right) => right.length - left.length);
  return longestFirst.length === 0 ? undefined : new RegExp(longestFirst.map(text => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'gu');
}
