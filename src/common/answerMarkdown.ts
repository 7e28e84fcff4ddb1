import { Marked, type Token, type TokensList } from 'marked';
import { answerParts } from './answerParts';

/** A block of code in an answer. `language` is what the fence says, in lower case; empty when it says nothing. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
}

const marked = new Marked({ gfm: true, breaks: true });

/** Reads an answer as Markdown. The host and the page do it alike, so that both count the same blocks. */
export function answerTokens(text: string): TokensList {
  return marked.lexer(
    answerParts(text)
      .map(part => part.source)
      .join('\n'),
  );
}

/** The blocks of code in reading order. */
export function codeBlocks(tokens: TokensList): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const collect = (token: Token): void => {
    if (token.type === 'code' && typeof token['text'] === 'string') {
      const info: unknown = token['lang'];
      blocks.push({ language: typeof info === 'string' ? (info.trim().split(/\s+/)[0] ?? '').toLowerCase() : '', text: token['text'] });
    }
  };
  void marked.walkTokens(tokens, collect);
  return blocks;
}
