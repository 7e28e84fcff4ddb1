import type { PromptRoles } from '../../common/bundle';
import type { Tokenizer } from '../tokenizer/tokenizer';
import type { PromptFormat } from './promptFormat';

/**
 * The prompts that `training/` teaches: `<|endoftext|>`, then per file `<|file|>path` and a line break, then per earlier turn
 * `<|user|>question<|assistant|>answer<|end|>`, then `<|user|>question<|assistant|>`.
 */
export function rolesPrompt(roles: Omit<PromptRoles, 'kind'>, tokenizer: Tokenizer): PromptFormat {
  const special = (role: keyof typeof roles): number => tokenizer.specialTokenId(roles[role]);
  const [bos, file, user, assistant, end] = [special('bos'), special('file'), special('user'), special('assistant'), special('end')] as const;
  const asked = (question: string): readonly number[] => [user, ...tokenizer.encode(question), assistant];
  return {
    start: [bos],
    header: displayPath => [file, ...tokenizer.encode(`${displayPath}\n`)],
    conversation: (turns, question) => ({
      before: Int32Array.of(bos),
      after: Int32Array.from([...turns.flatMap(turn => [...asked(turn.question), ...tokenizer.encode(turn.answer), end]), ...asked(question)]),
    }),
    endTokens: [end, user, file, bos],
    stops: [],
    lead: '',
  };
}
