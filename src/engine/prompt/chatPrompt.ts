import type { PromptSpec } from '../../common/bundle';
import { openChatTemplate, type ChatTemplate } from '../../common/template/chatTemplate';
import { renderChat, type ChatMessage, type Part, type Piece } from '../../common/template/renderChat';
import type { TextPiece, Tokenizer } from '../tokenizer/tokenizer';
import type { PromptFormat, Surroundings } from './promptFormat';

/**
 * Prompts for published chat models, by their own template. The files stand at the start of the first message of the user, each behind `File: path` and a
 * line break, so that the KV cache keeps them while the conversation grows.
 * @param text The template (Jinja).
 * Errors: `bundle-unsupported` when the template can't be used, or names tokens that the tokenizer does not have.
 */
export function chatPrompt({ variables, endTokens }: Pick<Extract<PromptSpec, { kind: 'chat' }>, 'variables' | 'endTokens'>, text: string, tokenizer: Tokenizer): PromptFormat {
  // Models that may think aloud first (Qwen3) are asked not to: it would take an answer's tokens.
  const template = openChatTemplate(text, { ...variables, enable_thinking: false });
  return {
    start: startOf(template, variables['bos_token'], tokenizer),
    header: displayPath => [...tokenizer.encode(`File: ${displayPath}\n`)],
    conversation: (turns, question, withFiles) => {
      const files: readonly Part[] = withFiles ? [{ kind: 'placeholder', index: 0 }, { kind: 'text', text: '\n' }] : [];
      const said = [...turns.flatMap(turn => [turn.question, turn.answer]), question];
      const messages = said.map((content, i): ChatMessage => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: [...(i === 0 ? files : []), { kind: 'text', text: content }] }));
      return aroundFiles(renderChat(template, messages), tokenizer);
    },
    endTokens: endTokens.map(token => tokenizer.specialTokenId(token)),
    stops: [],
    // SentencePiece's words begin with their space, the first of an answer too.
    lead: ' ',
  };
}

function aroundFiles(pieces: readonly Piece[], tokenizer: Tokenizer): Surroundings {
  const files = pieces.findIndex(piece => piece.kind === 'placeholder');
  const texts = (some: readonly Piece[]): readonly TextPiece[] => some.filter(piece => piece.kind !== 'placeholder');
  return files < 0
    ? { before: tokenizer.encodePieces(texts(pieces), true), after: new Int32Array(0) }
    : { before: tokenizer.encodePieces(texts(pieces.slice(0, files)), true), after: tokenizer.encodePieces(texts(pieces.slice(files)), false) };
}

/** The token that begins every text of a decoder. Some templates use what is called so for every message instead: it begins none then. */
function startOf(template: ChatTemplate, bos: string | undefined, tokenizer: Tokenizer): readonly number[] {
  if (bos === undefined) {
    return [];
  }
  const id = tokenizer.specialTokenId(bos);
  const { before } = aroundFiles(renderChat(template, [{ role: 'user', content: [{ kind: 'text', text: 'x' }] }]), tokenizer);
  return before[0] === id && before.indexOf(id, 1) < 0 ? [id] : [];
}
