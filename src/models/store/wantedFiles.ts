import type { HubFile } from '../hub/hubClient';

const wanted = /(^|\/)(config|tokenizer|tokenizer_config|special_tokens_map|generation_config|added_tokens|params|base-params|adapter_config)\.json$|\.safetensors$|\.safetensors\.index\.json$|\.ya?ml$|(^|\/)(chat_template\.jinja|memory_converter\.bin|[^/]*special_token_patch\.pt|LICENSE[^/]*|NOTICE[^/]*)$/i;

/**
 * The files of a repository that Shorthand reads: configurations, tokenizer, safetensors, and what ARC and PCC publish beside them. Other
 * formats of the same weights stay where they are; so does the one large file that some repositories keep beside its shards.
 */
export function wantedFiles(files: readonly HubFile[]): readonly HubFile[] {
  const sharded = files.some(file => file.path === 'model.safetensors.index.json');
  return files.filter(({ path }) => wanted.test(path) && !(sharded && /(^|\/)consolidated[^/]*\.safetensors$/.test(path)));
}

const tokenizer = /^(config|tokenizer|tokenizer_config|special_tokens_map|added_tokens)\.json$|^(LICENSE[^/]*|NOTICE[^/]*)$/i;

/** The files of a repository that say how its model reads text, without the model. */
export function tokenizerFiles(files: readonly HubFile[]): readonly HubFile[] {
  return files.filter(({ path }) => tokenizer.test(path));
}
