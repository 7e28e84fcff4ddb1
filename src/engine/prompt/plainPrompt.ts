import type { PromptSpec } from '../../common/bundle';
import type { Tokenizer } from '../tokenizer/tokenizer';
import type { PromptFormat } from './promptFormat';

/**
 * Prompts for base models, in the manner in which ARC-Encoder evaluates: the start token, then per file `File: path` and a line break, then per earlier
 * turn `Question: q`, `Answer: a` and a blank line, then `Question: q` and `Answer:`. Its pieces are made into tokens each on its own, as there.
 */
export function plainPrompt({ bos, endTokens }: Pick<Extract<PromptSpec, { kind: 'plain' }>, 'bos' | 'endTokens'>, tokenizer: Tokenizer): PromptFormat {
  const start = bos === null ? [] : [tokenizer.specialTokenId(bos)];
  const piece = (text: string): readonly number[] => [...tokenizer.encodePieces([{ kind: 'text', text }], true)];
  return {
    start,
    header: displayPath => piece(`File: ${displayPath}\n`),
    conversation: (turns, question) => ({
      before: Int32Array.from(start),
      after: Int32Array.from([...turns.flatMap(turn => piece(`Question: ${turn.question}\nAnswer: ${turn.answer}\n\n`)), ...piece(`Question: ${question}\nAnswer:`)]),
    }),
    endTokens: [...new Set([...endTokens.map(token => tokenizer.specialTokenId(token)), ...start])],
    stops: ['\nQuestion:', '\nFile:'],
    lead: ' ',
  };
}
