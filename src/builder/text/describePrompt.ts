import { openChatTemplate, type ChatTemplate } from '../../common/template/chatTemplate';
import { renderChat, type ChatMessage } from '../../common/template/renderChat';
import { readPromptFiles, type PromptFiles } from './promptFiles';

/** How a published decoder reads a conversation; `prompt` of `bundle.json`, with the template's text in place of its file. */
export type DescribedPrompt =
  | { readonly kind: 'chat'; readonly template: string; readonly variables: Readonly<Record<string, string>>; readonly endTokens: readonly string[] }
  | { readonly kind: 'plain'; readonly bos: string | null; readonly endTokens: readonly string[] };

/**
 * Reads the prompt of a Hugging Face folder from its tokenizer's and generation's configurations: a chat template where there is one, else
 * plain text. Answers end with the tokens that the files call the end of a sequence, and with what the template writes after an answer.
 * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported` (the template fails).
 */
export async function describePrompt(folder: string): Promise<DescribedPrompt> {
  const files = await readPromptFiles(folder);
  const added = new Set(files.added.values());
  const ends = [files.tokens.eos_token, ...files.eosIds.map(id => files.added.get(id))];
  if (files.template === undefined) {
    return { kind: 'plain', bos: files.bos !== undefined && added.has(files.bos) ? files.bos : null, endTokens: known(ends, added) };
  }
  const template = openChatTemplate(files.template, files.tokens);
  return { kind: 'chat', template: files.template, variables: files.tokens, endTokens: known([...ends, tokenAfterAnswer(template, files)], added) };
}

/** Each once, and only what the tokenizer has as a token. */
function known(tokens: readonly (string | undefined)[], added: ReadonlySet<string>): readonly string[] {
  return [...new Set(tokens)].flatMap(token => (token !== undefined && added.has(token) ? [token] : []));
}

/** The first token that the template writes behind an answer, when another turn follows: `<|im_end|>` and its like. */
function tokenAfterAnswer(template: ChatTemplate, { added }: PromptFiles): string | undefined {
  const says = (role: ChatMessage['role'], index: number): ChatMessage => ({ role, content: [{ kind: 'placeholder', index }] });
  const pieces = renderChat(template, [says('system', 0), says('user', 1), says('assistant', 2), says('user', 3)]);
  const answer = pieces.findIndex(piece => piece.kind === 'placeholder' && piece.index === 2);
  const behind = pieces[answer + 1];
  if (behind?.kind !== 'template') {
    return undefined;
  }
  const found = [...added.values()].map(token => ({ token, at: behind.text.indexOf(token) })).filter(({ at }) => at >= 0);
  return found.sort((left, right) => left.at - right.at || right.token.length - left.token.length)[0]?.token;
}
