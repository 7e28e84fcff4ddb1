import type { Tokenizer } from '../tokenizer/tokenizer';
import type { Conversation, PromptTemplate } from './conversation';
import type { Plan, PlannedFile, PlanWindow } from './plan';
import type { PlannedSegment } from './segments';

export interface PromptParts {
  readonly tokenizer: Tokenizer;
  readonly template: PromptTemplate;
  /** The ids of a window that enters as raw text. */
  readonly rawTokens: (window: PlanWindow) => Int32Array;
}

/** `<|file|>path` and a line break. The path is encoded as plain text: it can't forge a special token. */
export function headerTokens(displayPath: string, tokenizer: Tokenizer, template: PromptTemplate): readonly number[] {
  return [tokenizer.specialTokenId(template.file), ...tokenizer.encode(`${displayPath}\n`)];
}

/**
 * The decoder's input, laid out as it was trained:
 * `<|endoftext|>`, then per file its header and runs: the slots of windows closed by one `cont`, or the tokens of text; then per earlier turn
 * `<|user|>question<|assistant|>answer<|end|>`, then `<|user|>question<|assistant|>`.
 */
export function buildPrompt(plan: Pick<Plan, 'files'>, conversation: Conversation, parts: PromptParts): readonly PlannedSegment[] {
  const segments: PlannedSegment[] = [];
  // Tokens that follow each other become one segment.
  let tokens: number[] = [parts.tokenizer.specialTokenId(parts.template.bos)];
  const push = (segment: PlannedSegment): void => {
    flush();
    segments.push(segment);
  };
  const flush = (): void => {
    if (tokens.length > 0) {
      segments.push({ kind: 'tokens', tokens: Int32Array.from(tokens) });
      tokens = [];
    }
  };
  const add = (more: Iterable<number>): void => {
    for (const token of more) {
      tokens.push(token);
    }
  };
  const addFile = ({ displayPath, pieces }: PlannedFile): void => {
    add(headerTokens(displayPath, parts.tokenizer, parts.template));
    pieces.forEach(({ window, form, positions }, i) => {
      if (form.kind !== 'slots') {
        add(parts.rawTokens(window));
        return;
      }
      push({ kind: 'slots', windowHash: window.hash, ratio: form.ratio, count: positions });
      if (pieces[i + 1]?.form.kind !== 'slots') {
        push({ kind: 'special', name: 'cont' });
      }
    });
  };

  plan.files.forEach(addFile);
  conversation.turns.forEach(add);
  add(conversation.question);
  flush();
  return segments;
}
