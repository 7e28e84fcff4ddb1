import { Environment, Interpreter, Template } from '@huggingface/jinja';
import { errorMessage, ShorthandError } from '../errors';
import { templateGlobals } from './templateGlobals';

/** A chat template of a published model, parsed. */
export interface ChatTemplate {
  /**
   * The prompt as text, with the opening of the answer. `messages` hold stand-ins for what users and files say.
   * Errors: whatever the template raises.
   */
  render(messages: readonly { readonly role: string; readonly content: string }[], now: Date): string;
}

/**
 * Parses a chat template.
 * @param text Jinja, as `chat_template` in `tokenizer_config.json`.
 * @param variables What templates read beside the messages: `bos_token`, `eos_token` and the like, and switches of their own.
 * Errors: `bundle-unsupported` when it can't be parsed.
 */
export function openChatTemplate(text: string, variables: Readonly<Record<string, string | boolean>>): ChatTemplate {
  let template: Template;
  try {
    template = new Template(withoutGenerationBlocks(text));
  } catch (error) {
    throw unusableTemplate(error);
  }
  return {
    render: (messages, now) => {
      const environment = new Environment();
      const values = { ...templateGlobals(now), ...variables, messages, tools: null, documents: null, add_generation_prompt: true };
      for (const [name, value] of Object.entries(values)) {
        environment.set(name, value);
      }
      const prompt: unknown = new Interpreter(environment).run(template.parsed).value;
      return typeof prompt === 'string' ? prompt : '';
    },
  };
}

/** The error for a template that can't be parsed or refuses every conversation. */
export function unusableTemplate(cause: unknown): ShorthandError {
  return new ShorthandError('bundle-unsupported', `The decoder's chat template can't be used: ${errorMessage(cause)}`, { cause });
}

/** `{% generation %}` marks answers for training and prints its body; the parser does not know the tag, so it becomes a condition that holds. */
function withoutGenerationBlocks(text: string): string {
  return text.replaceAll(/\{%([-+]?)\s*(end)?generation\s*([-+]?)%\}/g, (_, open: string, end: string | undefined, close: string) =>
    end === undefined ? `{%${open} if true ${close}%}` : `{%${open} endif ${close}%}`,
  );
}
