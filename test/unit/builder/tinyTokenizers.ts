import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { byteCharacters } from '../../../src/common/tokenizer/byteAlphabet';
import { byteFallbackTokens } from '../../../src/common/tokenizer/sentencePieceFile';

/** Tokens of every tiny model: those of a tokenizer below, and some rows more, as published models have. */
export const vocabulary = 320;

export type TokenizerKind = 'byte-level' | 'sentencepiece';
export type PromptKind = 'plain' | 'chatml' | 'llama3' | 'inst' | 'phi3';

const templates: Readonly<Record<Exclude<PromptKind, 'plain'>, string>> = {
  chatml: "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
  llama3:
    "{{ bos_token }}{% for m in messages %}{{ '<|start_header_id|>' + m['role'] + '<|end_header_id|>\n\n' + m['content'] | trim + '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}",
  inst: "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('Only user and assistant roles are supported!') }}{% elif m['role'] == 'user' %}{{ '[INST] ' + m['content'] + ' [/INST]' }}{% else %}{{ m['content'] + eos_token }}{% endif %}{% endfor %}",
  phi3: "{% for m in messages %}{{ '<|' + m['role'] + '|>\n' + m['content'] + '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}",
};

const specials: Readonly<Record<PromptKind, readonly string[]>> = {
  plain: [],
  chatml: ['<|im_start|>', '<|im_end|>'],
  llama3: ['<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'],
  inst: [],
  phi3: ['<|user|>', '<|assistant|>', '<|system|>', '<|end|>'],
};

const ids = (tokens: readonly string[]): Record<string, number> => Object.fromEntries(tokens.map((token, id) => [token, id]));

/** Writes `tokenizer.json` and `tokenizer_config.json` as a family publishes them, with the fewest tokens that can write any text. */
export function writeTokenizer(folder: string, kind: TokenizerKind, prompt: PromptKind, more: readonly string[] = []): void {
  const plain = kind === 'byte-level' ? byteCharacters : ['<unk>', ...byteFallbackTokens, '\u2581'];
  const bos = kind === 'byte-level' ? '<|begin_of_text|>' : '<s>';
  const eos = kind === 'byte-level' ? '<|end_of_text|>' : '</s>';
  const added = [bos, eos, ...specials[prompt], ...more].map((content, i) => ({ id: plain.length + i, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }));
  const starts = { type: 'TemplateProcessing', single: [{ SpecialToken: { id: bos, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [], special_tokens: { [bos]: { id: bos, ids: [plain.length], tokens: [bos] } } };
  const model = { type: 'BPE', dropout: null, unk_token: kind === 'byte-level' ? null : '<unk>', continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: kind !== 'byte-level', byte_fallback: kind !== 'byte-level', vocab: ids(plain), merges: [] };
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const decoders = [{ type: 'Replace', pattern: { String: '\u2581' }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }];
  const steps =
    kind === 'byte-level'
      ? { normalizer: null, pre_tokenizer: byteLevel, decoder: byteLevel }
      : {
          normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '\u2581' }, { type: 'Replace', pattern: { String: ' ' }, content: '\u2581' }] },
          pre_tokenizer: null,
          decoder: { type: 'Sequence', decoders },
        };
  const template = prompt === 'plain' ? {} : { chat_template: templates[prompt] };
  writeFileSync(path.join(folder, 'tokenizer.json'), JSON.stringify({ version: '1.0', truncation: null, padding: null, added_tokens: added, ...steps, post_processor: starts, model }));
  writeFileSync(path.join(folder, 'tokenizer_config.json'), JSON.stringify({ bos_token: bos, eos_token: eos, ...template }));
}
