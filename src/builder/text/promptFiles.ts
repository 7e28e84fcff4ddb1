import * as v from 'valibot';
import { addedTokenSchema } from '../../common/tokenizer/tokenizerFile';
import { optionalJson, optionalText } from './folderTexts';

/** A special token in a configuration: its text, or an object with it. */
const tokenText = v.union([v.string(), v.pipe(v.object({ content: v.string() }), v.transform(token => token.content))]);

const eosIds = v.optional(
  v.nullable(v.union([v.pipe(v.number(), v.transform(id => [id])), v.array(v.number())])),
);

const eosSchema = v.object({ eos_token_id: eosIds });

const templates = v.union([
  v.string(),
  v.pipe(
    v.array(v.object({ name: v.string(), template: v.string() })),
    v.transform(named => (named.find(({ name }) => name === 'default') ?? named[0])?.template),
  ),
]);

const configSchema = v.looseObject({ chat_template: v.optional(v.nullable(templates)), add_bos_token: v.optional(v.nullable(v.boolean())) });

/** What `tokenizer.json` puts around a text, in its several layouts: the first special token that is named. */
const postProcessor: v.GenericSchema<unknown, string | undefined> = v.union([
  v.pipe(
    v.object({ type: v.literal('TemplateProcessing'), single: v.array(v.looseObject({ SpecialToken: v.optional(v.object({ id: v.string() })) })) }),
    v.transform(({ single }) => single[0]?.SpecialToken?.id),
  ),
  v.pipe(
    v.object({ type: v.literal('Sequence'), processors: v.array(v.lazy(() => postProcessor)) }),
    v.transform(({ processors }) => processors.find(first => first !== undefined)),
  ),
  v.pipe(v.unknown(), v.transform(() => undefined)),
]);

const tokenizerSchema = v.object({ added_tokens: v.optional(v.nullable(v.array(addedTokenSchema)), []), post_processor: v.optional(postProcessor) });

/** What a Hugging Face folder says about prompts. */
export interface PromptFiles {
  /** The chat template, Jinja. */
  readonly template: string | undefined;
  /** Texts of special tokens by name: `bos_token` and the like. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The token that the tokenizer puts before every text. */
  readonly bos: string | undefined;
  /** Texts of all added tokens by id. */
  readonly added: ReadonlyMap<number, string>;
  /** Tokens that end an answer. */
  readonly eosIds: readonly number[];
}

/** Errors: `bundle-missing`, `bundle-corrupt`. */
export async function readPromptFiles(folder: string): Promise<PromptFiles> {
  const config = await optionalJson(folder, 'tokenizer_config.json', configSchema);
  const tokenizer = await optionalJson(folder, 'tokenizer.json', tokenizerSchema);
  const tokens = { ...namedTokens(await optionalJson(folder, 'special_tokens_map.json', v.looseObject({}))), ...namedTokens(config) };
  const generation = await optionalJson(folder, 'generation_config.json', eosSchema);
  const model = await optionalJson(folder, 'config.json', eosSchema);
  const { add_bos_token: addsBos, chat_template: inConfig } = config;
  return {
    template: (await optionalText(folder, 'chat_template.jinja')) ?? inConfig ?? undefined,
    tokens,
    bos: typeof addsBos === 'boolean' ? (addsBos ? tokens.bos_token : undefined) : tokenizer.post_processor,
    added: new Map((tokenizer.added_tokens ?? []).map(({ id, content }) => [id, content])),
    eosIds: [...(generation.eos_token_id ?? []), ...(model.eos_token_id ?? [])],
  };
}

function namedTokens(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([name, value]) => {
      const token = v.safeParse(tokenText, value);
      return name.endsWith('_token') && token.success ? [[name, token.output]] : [];
    }),
  );
}
