import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { moreColumns, moreRows, noise, readTensors, writeTensors, type FileTensor } from './tensorFiles';
import { vocabulary, writeTokenizer, type PromptKind, type TokenizerKind } from './tinyTokenizers';

/**
 * The goldens' checkpoints in their published layouts, made fit for text: their vocabularies hold fewer tokens than there are bytes. Rows
 * that are missing are copies of the first ones.
 */
const goldens = path.join(import.meta.dirname, '../../parity/goldens');

/** Positions of every tiny decoder: a question and some slots. */
const positions = 2048;

export interface DecoderCase {
  readonly name: string;
  readonly tokenizer: TokenizerKind;
  readonly prompt: PromptKind;
}

/** Every decoder of the goldens with the kind of tokenizer and prompt that its family is published with. */
export const decoderCases: readonly DecoderCase[] = [
  { name: 'llama', tokenizer: 'sentencepiece', prompt: 'plain' },
  { name: 'llama-3.1', tokenizer: 'byte-level', prompt: 'llama3' },
  { name: 'llama-biased', tokenizer: 'byte-level', prompt: 'plain' },
  { name: 'llama-linear', tokenizer: 'sentencepiece', prompt: 'inst' },
  { name: 'smollm', tokenizer: 'byte-level', prompt: 'chatml' },
  { name: 'mistral', tokenizer: 'sentencepiece', prompt: 'inst' },
  { name: 'mistral-sliding', tokenizer: 'sentencepiece', prompt: 'plain' },
  { name: 'qwen2', tokenizer: 'byte-level', prompt: 'chatml' },
  { name: 'qwen2-yarn', tokenizer: 'byte-level', prompt: 'chatml' },
  { name: 'qwen3-biased', tokenizer: 'byte-level', prompt: 'chatml' },
  { name: 'olmo', tokenizer: 'byte-level', prompt: 'plain' },
  { name: 'olmo2', tokenizer: 'byte-level', prompt: 'plain' },
  { name: 'phi3', tokenizer: 'sentencepiece', prompt: 'phi3' },
  { name: 'phi3-long', tokenizer: 'sentencepiece', prompt: 'phi3' },
];

/** Puts a decoder of the goldens with its tokenizer into `folder`. */
export function publishDecoder(folder: string, { name, tokenizer, prompt }: DecoderCase): void {
  copy(['decoders', name, 'decoder'], folder);
  const config = editJson(path.join(folder, 'config.json'), settings => ({
    ...settings,
    vocab_size: vocabulary,
    max_position_embeddings: positions,
    ...('original_max_position_embeddings' in settings ? { original_max_position_embeddings: positions } : {}),
  }));
  const before = Number(config.before['vocab_size']);
  editTensors(folder, (tensor, name_) => (/embed_tokens|lm_head/.test(name_) ? moreRows(tensor, vocabulary - before) : tensor));
  writeTokenizer(folder, tokenizer, prompt);
}

/** A Llama of a given width, for compressors whose decoder is not among the goldens. `more` are added tokens. */
export function publishLlama(folder: string, width: number, tokens = vocabulary, prompt: PromptKind = 'llama3', more: readonly string[] = []): void {
  mkdirSync(folder, { recursive: true });
  const [layers, inner, heads, headSize] = [2, 64, 4, 16];
  const config = { model_type: 'llama', hidden_size: width, num_hidden_layers: layers, num_attention_heads: heads, num_key_value_heads: 2, head_dim: headSize, intermediate_size: inner, vocab_size: tokens, max_position_embeddings: positions, rms_norm_eps: 1e-5, rope_theta: 500000, tie_word_embeddings: false };
  const shapes: [string, number[]][] = [['model.embed_tokens.weight', [tokens, width]], ['lm_head.weight', [tokens, width]], ['model.norm.weight', [width]]];
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `model.layers.${layer}`;
    shapes.push([`${prefix}.self_attn.q_proj.weight`, [heads * headSize, width]], [`${prefix}.self_attn.k_proj.weight`, [2 * headSize, width]]);
    shapes.push([`${prefix}.self_attn.v_proj.weight`, [2 * headSize, width]], [`${prefix}.self_attn.o_proj.weight`, [width, heads * headSize]]);
    shapes.push([`${prefix}.mlp.gate_proj.weight`, [inner, width]], [`${prefix}.mlp.up_proj.weight`, [inner, width]], [`${prefix}.mlp.down_proj.weight`, [width, inner]]);
    shapes.push([`${prefix}.input_layernorm.weight`, [width]], [`${prefix}.post_attention_layernorm.weight`, [width]]);
  }
  writeTensors(path.join(folder, 'model.safetensors'), Object.fromEntries(shapes.map(([name, shape], i) => [name, noise(shape, i, shape.length === 1 ? 1 : 0.4)])));
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  writeTokenizer(folder, 'byte-level', prompt, more);
}

/** Puts an ARC-Encoder of the goldens into `folder`: `release`, `release-multi` or `training`. It has no tokenizer, as the releases have none. */
export function publishArc(folder: string, name: string): void {
  copy(['arc', name, 'checkpoint'], folder);
  for (const file of readdirSync(folder)) {
    if (/\.yaml$|^base-params\.json$/.test(file)) {
      const text = readFileSync(path.join(folder, file), 'utf8');
      writeFileSync(path.join(folder, file), text.replace(/("?vocab_size"?: )\d+/, `$1${vocabulary}`));
    }
  }
  const grow = (tensor: FileTensor, name_: string) => (name_.endsWith('tok_embeddings.weight') ? moreRows(tensor, vocabulary - (tensor.shape[0] ?? 0)) : tensor);
  editTensors(existsSync(path.join(folder, 'embedder')) ? path.join(folder, 'embedder') : folder, grow);
}

/** Memory tokens at the end of PCC's vocabulary. */
const memoryTokens = 64;

/** Puts a PCC compressor of the goldens into `folder`: `light`, or `large` with its base in `baseFolder`. */
export function publishPcc(folder: string, kind: 'light' | 'large', baseFolder: string): void {
  copy(['pcc', kind, 'checkpoint'], folder);
  const host = kind === 'light' ? folder : baseFolder;
  if (kind === 'large') {
    copy(['pcc', kind, 'base'], baseFolder);
  }
  const { before } = editJson(path.join(host, 'config.json'), settings => ({ ...settings, vocab_size: vocabulary + memoryTokens }));
  const rows = Number(before['vocab_size']);
  const added = vocabulary + memoryTokens - rows;
  const grow = (tensor: FileTensor): FileTensor => {
    const at = rows - memoryTokens;
    return tensor.shape[0] === rows ? moreRows(tensor, added, at) : tensor.shape[1] === rows ? moreColumns(tensor, added, at) : tensor;
  };
  editTensors(host, grow);
  if (kind === 'large') {
    editTensors(folder, grow);
  }
  writeTokenizer(host, 'byte-level', 'plain');
}

function copy(golden: readonly string[], folder: string): void {
  cpSync(path.join(goldens, ...golden), folder, { recursive: true });
}

function editJson(file: string, edit: (settings: Record<string, unknown>) => Record<string, unknown>): { readonly before: Record<string, unknown> } {
  const before = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify(edit(before)));
  return { before };
}

function editTensors(folder: string, edit: (tensor: FileTensor, name: string) => FileTensor): void {
  for (const file of readdirSync(folder).filter(name => name.endsWith('.safetensors'))) {
    const tensors = readTensors(path.join(folder, file));
    writeTensors(path.join(folder, file), Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, edit(tensor, name)])));
  }
}
