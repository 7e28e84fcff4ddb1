import { readFile } from 'node:fs/promises';
import type { PromptSpec, TokenizerSpec } from '../../common/bundle';
import type { AddModelParams } from '../../common/builderProtocol';
import { ShorthandError } from '../../common/errors';
import { bundleFiles } from '../output/manifest';
import { describePrompt, type DescribedPrompt } from '../text/describePrompt';
import { describeTokenizer, type DescribedTokenizer } from '../text/describeTokenizer';
import type { ContentFile } from './bundlePart';
import type { Sources } from './openSources';

/** How a bundle's models read and write text. */
export interface BundleTexts {
  readonly tokenizer: TokenizerSpec;
  readonly prompt: PromptSpec;
  /** Undefined where there is no compressor. */
  readonly compressorTokenizer: TokenizerSpec | undefined;
  readonly files: readonly ContentFile[];
}

const templateFile = 'chat-template.jinja';

/** Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`; among them a tokenizer that is another model's. */
export async function bundleTexts(params: AddModelParams, { decoder, compressor }: Sources): Promise<BundleTexts> {
  const own = await describeTokenizer(params.decoderFolder);
  requireVocabulary(own, 'decoder', decoder.config.shape.vocabulary);
  const tokenizer = await tokenizerFiles(own, '');
  const prompt = promptFiles(await describePrompt(params.decoderFolder));
  if (compressor === undefined) {
    return { tokenizer: tokenizer.spec, prompt: prompt.spec, compressorTokenizer: undefined, files: [...tokenizer.files, ...prompt.files] };
  }
  const { config } = compressor.encoder;
  const read = await compressorTokenizer(params, config.shape.vocabulary, decoder.config.shape.vocabulary);
  // PCC's tokenizers may name the memory tokens, which are the table's last rows.
  requireVocabulary(read, "compressor's encoder", config.shape.vocabulary + (config.kind === 'pcc' ? config.maxMemoryTokens : 0));
  const other = await tokenizerFiles(read, 'compressor-');
  // One file does where both read the same one.
  const shared = other.files.every(({ content }, i) => Buffer.compare(content, tokenizer.files[i]?.content ?? new Uint8Array()) === 0);
  const second = shared ? tokenizer : other;
  return {
    tokenizer: tokenizer.spec,
    prompt: prompt.spec,
    compressorTokenizer: second.spec,
    files: [...tokenizer.files, ...prompt.files, ...(shared ? [] : other.files)],
  };
}

/**
 * The first of the compressor's folder, its base model's and the decoder's that has a tokenizer. ARC's releases have none: they read with
 * that of Llama 3, which is the decoder's own or has to be given. Errors: `bundle-missing`.
 */
async function compressorTokenizer({ compressor, decoderFolder }: AddModelParams, encoderVocabulary: number, decoderVocabulary: number): Promise<DescribedTokenizer> {
  for (const folder of [compressor?.folder, compressor?.baseFolder]) {
    try {
      if (folder !== undefined) {
        return await describeTokenizer(folder);
      }
    } catch (error) {
      if (!ShorthandError.is(error, 'bundle-missing')) {
        throw error;
      }
    }
  }
  if (encoderVocabulary !== decoderVocabulary) {
    throw new ShorthandError(
      'bundle-missing',
      `The compressor has no tokenizer.json, and with ${encoderVocabulary} tokens it does not read as the decoder does, which has ${decoderVocabulary}: give the folder of its base model, which has one.`,
    );
  }
  return describeTokenizer(decoderFolder);
}

/** A tokenizer with more tokens than the model has rows would read past its table. Errors: `bundle-corrupt`. */
function requireVocabulary({ file, tokenizer }: DescribedTokenizer, model: string, vocabulary: number): void {
  if (tokenizer.vocabularySize > vocabulary) {
    throw new ShorthandError('bundle-corrupt', `${file} has ids up to ${tokenizer.vocabularySize - 1}; the ${model} has ${vocabulary} tokens: this tokenizer is another model's.`);
  }
}

async function tokenizerFiles({ kind, file, config }: DescribedTokenizer, prefix: string): Promise<{ readonly spec: TokenizerSpec; readonly files: readonly ContentFile[] }> {
  const path = `${prefix}${bundleFiles.tokenizer}`;
  const files = [{ path, content: await readFile(file) }];
  if (kind !== 'hugging-face') {
    return { spec: { kind, file: path }, files };
  }
  const configPath = `${prefix}tokenizer_config.json`;
  return { spec: { kind, file: path, config: configPath }, files: [...files, { path: configPath, content: Buffer.from(config) }] };
}

function promptFiles(described: DescribedPrompt): { readonly spec: PromptSpec; readonly files: readonly ContentFile[] } {
  if (described.kind === 'plain') {
    return { spec: { kind: 'plain', bos: described.bos, endTokens: [...described.endTokens] }, files: [] };
  }
  const { kind, template, variables, endTokens } = described;
  return {
    spec: { kind, template: templateFile, variables: { ...variables }, endTokens: [...endTokens] },
    files: [{ path: templateFile, content: Buffer.from(template) }],
  };
}
