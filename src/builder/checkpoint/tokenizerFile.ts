import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { ShorthandError } from '../../common/errors';
import { corrupt } from '../safetensors/header';
import type { BundleMeta } from './configs';

const tokenizerSchema = v.object({ added_tokens: v.array(v.object({ content: v.string() })) });

/** Checks that every special token of the prompt template is one in `tokenizer.json`. Errors: `bundle-missing`, `bundle-corrupt`. */
export async function checkTokenizer(file: string, template: BundleMeta['template']): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new ShorthandError('bundle-missing', `${file} can't be read.`, { cause: error });
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), tokenizerSchema), text);
  if (!parsed.success) {
    throw corrupt(file, 'it is not a tokenizer in the format of Hugging Face tokenizers');
  }
  const known = new Set(parsed.output.added_tokens.map(token => token.content));
  const absent = Object.values(template).filter(token => !known.has(token));
  if (absent.length > 0) {
    throw corrupt(file, `the template's tokens ${absent.join(', ')} are not among its special tokens`);
  }
}
