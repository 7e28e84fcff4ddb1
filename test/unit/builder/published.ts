import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { noise, writeTensors } from './tensorFiles';

const goldens = path.join(import.meta.dirname, '../../parity/goldens');

/** The decoders of the goldens that have a tokenizer: one of each family as it is published. */
export const decoders = ['llama', 'llama-3.1', 'mistral', 'qwen2', 'qwen3-biased', 'olmo', 'olmo2', 'smollm', 'phi3'] as const;

/** Copies a decoder of the goldens. */
export function publishDecoder(folder: string, name: (typeof decoders)[number]): void {
  cpSync(path.join(goldens, 'decoders', name, 'decoder'), folder, { recursive: true });
}

/** Copies an ARC-Encoder of the goldens, which has no tokenizer, as the published ones have none. */
export function publishArc(folder: string, name: 'release' | 'release-multi' | 'training'): void {
  cpSync(path.join(goldens, 'arc', name, 'checkpoint'), folder, { recursive: true });
}

/** Copies a PCC compressor of the goldens; the base of the large one is a model of its own. */
export function publishPcc(folder: string, name: 'light/checkpoint' | 'large/checkpoint' | 'large/base'): void {
  cpSync(path.join(goldens, 'pcc', name), folder, { recursive: true });
}

/** The three rows that PCC's decoder needs, of width 48, as torch writes them. */
export const pccPatch = path.join(goldens, 'pcc', 'llama3_8b_special_token_patch.pt');

/** A random Llama of any width and vocabulary with the tokenizer of the goldens' `llama-3.1`; `more` tokens get the ids behind it. */
export function publishLlama(folder: string, width: number, vocabulary: number, more: readonly string[] = []): void {
  mkdirSync(folder, { recursive: true });
  const source = path.join(goldens, 'decoders', 'llama-3.1', 'decoder');
  cpSync(path.join(source, 'tokenizer_config.json'), path.join(folder, 'tokenizer_config.json'));
  writeTokenizer(path.join(source, 'tokenizer.json'), path.join(folder, 'tokenizer.json'), more);
  const [layers, inner, heads, headSize] = [2, 64, 4, 16];
  const shapes: [string, number[]][] = [['model.embed_tokens.weight', [vocabulary, width]], ['lm_head.weight', [vocabulary, width]], ['model.norm.weight', [width]]];
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `model.layers.${layer}`;
    shapes.push([`${prefix}.self_attn.q_proj.weight`, [heads * headSize, width]], [`${prefix}.self_attn.k_proj.weight`, [2 * headSize, width]]);
    shapes.push([`${prefix}.self_attn.v_proj.weight`, [2 * headSize, width]], [`${prefix}.self_attn.o_proj.weight`, [width, heads * headSize]]);
    shapes.push([`${prefix}.mlp.gate_proj.weight`, [inner, width]], [`${prefix}.mlp.up_proj.weight`, [inner, width]], [`${prefix}.mlp.down_proj.weight`, [width, inner]]);
    shapes.push([`${prefix}.input_layernorm.weight`, [width]], [`${prefix}.post_attention_layernorm.weight`, [width]]);
  }
  writeTensors(path.join(folder, 'model.safetensors'), Object.fromEntries(shapes.map(([name, shape], i) => [name, noise(shape, i, shape.length === 1 ? 1 : 0.4)])));
  const config = {
    model_type: 'llama', hidden_size: width, num_hidden_layers: layers, num_attention_heads: heads, num_key_value_heads: 2, head_dim: headSize,
    intermediate_size: inner, vocab_size: vocabulary, max_position_embeddings: 2048, rms_norm_eps: 1e-5, rope_theta: 500000, tie_word_embeddings: false,
  };
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
}

interface TokenizerFile {
  added_tokens: { id: number; content: string }[];
}

function writeTokenizer(from: string, to: string, more: readonly string[]): void {
  const file = JSON.parse(readFileSync(from, 'utf8')) as TokenizerFile;
  const first = Math.max(...file.added_tokens.map(({ id }) => id)) + 1;
  const added = more.map((content, i) => ({ ...file.added_tokens[0], id: first + i, content }));
  writeFileSync(to, JSON.stringify({ ...file, added_tokens: [...file.added_tokens, ...added] }));
}
