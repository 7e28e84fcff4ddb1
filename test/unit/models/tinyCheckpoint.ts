import type { ServedFile } from './modelServer';

/**
 * A Llama in Hugging Face's layout that always says one sentence: embeddings are one-hot, layers do nothing, and the head leads from each character to the next
 * one. A test knows by the answer which model gave it. Each character of the sentence may stand in it once.
 */
export function tinyCheckpoint(sentence: string): readonly ServedFile[] {
  const json = (path: string, value: object): ServedFile => ({ path, content: Buffer.from(JSON.stringify(value, undefined, 2)) });
  return [
    json('config.json', {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      hidden_size: width,
      intermediate_size: inner,
      num_hidden_layers: 1,
      num_attention_heads: heads,
      num_key_value_heads: heads,
      head_dim: headSize,
      vocab_size: vocabulary,
      max_position_embeddings: 4096,
      rms_norm_eps: 1e-6,
      rope_theta: 10_000,
      hidden_act: 'silu',
      tie_word_embeddings: false,
      eos_token_id: end,
    }),
    json('tokenizer.json', {
      version: '1.0',
      added_tokens: specials.map((content, i) => ({ id: 256 + i, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
      normalizer: null,
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      post_processor: null,
      decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
      model: { type: 'BPE', vocab: Object.fromEntries([...alphabet(), ...specials].map((token, id) => [token, id])), merges: [] },
    }),
    json('tokenizer_config.json', { tokenizer_class: 'PreTrainedTokenizerFast', eos_token: '<|im_end|>', chat_template: template }),
    { path: 'model.safetensors', content: weights(sentence), large: true },
    { path: 'LICENSE', content: Buffer.from('Do what you like with this model, which says one sentence.') },
  ];
}

const specials = ['<|im_start|>', '<|im_end|>'];
const end = 257;
const vocabulary = 272;
const width = 288;
const inner = 32;
const heads = 2;
const headSize = 16;

const template =
  "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/** GPT-2's sign for each byte: printable ones stand for themselves, others for the signs from U+0100 on. */
function alphabet(): readonly string[] {
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCodePoint(printable ? byte : 256 + others++);
  });
}

function weights(sentence: string): Buffer {
  const matrix = (rows: number, columns: number, entry: (row: number, column: number) => number = () => 0): { shape: number[]; values: Float32Array } => ({
    shape: [rows, columns],
    values: Float32Array.from({ length: rows * columns }, (_, i) => entry(Math.floor(i / columns), i % columns)),
  });
  const norm = { shape: [width], values: new Float32Array(width).fill(1) };
  const layer = 'model.layers.0';
  // The prompt ends with a line break, which leads to the first character.
  const path = [10, ...Buffer.from(sentence, 'latin1'), end];
  const next = new Map(path.slice(0, -1).map((token, i) => [token, path[i + 1]]));
  return safetensors({
    'model.embed_tokens.weight': matrix(vocabulary, width, (token, column) => Number(token === column)),
    [`${layer}.self_attn.q_proj.weight`]: matrix(heads * headSize, width),
    [`${layer}.self_attn.k_proj.weight`]: matrix(heads * headSize, width),
    [`${layer}.self_attn.v_proj.weight`]: matrix(heads * headSize, width),
    [`${layer}.self_attn.o_proj.weight`]: matrix(width, heads * headSize),
    [`${layer}.mlp.gate_proj.weight`]: matrix(inner, width),
    [`${layer}.mlp.up_proj.weight`]: matrix(inner, width),
    [`${layer}.mlp.down_proj.weight`]: matrix(width, inner),
    [`${layer}.input_layernorm.weight`]: norm,
    [`${layer}.post_attention_layernorm.weight`]: norm,
    'model.norm.weight': norm,
    'lm_head.weight': matrix(vocabulary, width, (token, column) => Number(next.get(column) === token)),
  });
}

function safetensors(tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>>): Buffer {
  let offset = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => [name, { dtype: 'F32', shape, data_offsets: [offset, (offset += values.byteLength)] }]),
  );
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...Object.values(tensors).map(({ values }) => Buffer.from(values.buffer))]);
}
