import type { PromptSpec } from '../../common/bundle';
import { assertNever } from '../../common/assertNever';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { chatPrompt } from './chatPrompt';
import { plainPrompt } from './plainPrompt';
import type { PromptFormat } from './promptFormat';
import { rolesPrompt } from './rolesPrompt';

/** How a decoder is asked. `readText` reads a file of the bundle. Errors: `bundle-unsupported`: a token or a template that can't be used. */
export async function openPrompt(spec: PromptSpec, tokenizer: Tokenizer, readText: (file: string) => Promise<string>): Promise<PromptFormat> {
  switch (spec.kind) {
    case 'roles':
      return rolesPrompt(spec, tokenizer);
    case 'chat':
      return chatPrompt(spec, await readText(spec.template), tokenizer);
    case 'plain':
      return plainPrompt(spec, tokenizer);
    default:
      return assertNever(spec);
  }
}
