import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describePrompt } from '../../../src/builder/text/describePrompt';
import { describeTokenizer } from '../../../src/builder/text/describeTokenizer';
import { byteCharacters } from '../../../src/common/tokenizer/byteAlphabet';
import { byteFallbackTokens } from '../../../src/common/tokenizer/sentencePieceFile';
import { ShorthandError } from '../../../src/common/errors';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'shorthand-text-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: object | string) => writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
const vocabulary = (tokens: readonly string[]) => Object.fromEntries(tokens.map((token, id) => [token, id]));
const added = (...contents: readonly string[]) => contents.map((content, i) => ({ id: 300 + i, content, special: true, lstrip: false, rstrip: false, normalized: false, single_word: false }));
const byteLevel = {
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', vocab: vocabulary(byteCharacters), merges: [] },
};
const rejection = async (run: Promise<unknown>) => {
  const error: unknown = await run.catch((reason: unknown) => reason);
  return ShorthandError.is(error) ? `${error.code}: ${error.message}` : error;
};

describe('describeTokenizer', () => {
  test('knows its own kinds and leaves the rest to the library', async () => {
    write('tokenizer.json', byteLevel);
    expect(await describeTokenizer(folder)).toMatchObject({ kind: 'byte-level-bpe', file: path.join(folder, 'tokenizer.json'), config: '{}' });

    const steps = [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }];
    const pieces = { normalizer: null, pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false }, decoder: { type: 'Sequence', decoders: steps } };
    write('tokenizer.json', { ...pieces, model: { type: 'BPE', byte_fallback: true, fuse_unk: true, unk_token: '<unk>', vocab: vocabulary(['<unk>', ...byteFallbackTokens]), merges: [] } });
    expect((await describeTokenizer(folder)).kind).toBe('sentencepiece-bpe');

    write('tokenizer.json', { ...pieces, model: { type: 'Unigram', unk_id: 0, byte_fallback: false, vocab: [['<unk>', 0], ['▁a', -1], ['b', -2]] } });
    write('tokenizer_config.json', { tokenizer_class: 'T5Tokenizer' });
    const unigram = await describeTokenizer(folder);
    expect(unigram).toMatchObject({ kind: 'hugging-face', config: '{"tokenizer_class":"T5Tokenizer"}' });
    expect([...unigram.tokenizer.encodeTemplate('ab')]).toEqual([1, 2]);
    expect(unigram.tokenizer.decode([1, 2])).toBe(' ab');
  });

  test('says why a folder has no usable tokenizer', async () => {
    expect(await rejection(describeTokenizer(folder))).toMatch(/^bundle-missing: .* has no tokenizer.json/);
    write('tokenizer.model', 'binary');
    expect(await rejection(describeTokenizer(folder))).toMatch(/^bundle-missing: .*tokenizer.model alone.*save_pretrained/);
    write('tokenizer.json', '{');
    expect(await rejection(describeTokenizer(folder))).toMatch(/^bundle-corrupt/);
    write('tokenizer.json', { ...byteLevel, decoder: { type: 'WordPiece' } });
    expect(await rejection(describeTokenizer(folder))).toMatch(/^bundle-unsupported: .*WordPiece/);
    write('tokenizer.json', { ...byteLevel, model: { type: 'WordLevel', vocab: {} } });
    expect(await rejection(describeTokenizer(folder))).toMatch(/^bundle-unsupported/);
  });
});

describe('describePrompt', () => {
  const chatMl = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n";

  test('takes the end of an answer from the configurations and from the template', async () => {
    write('tokenizer.json', { ...byteLevel, added_tokens: added('<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|eom|>') });
    write('tokenizer_config.json', { chat_template: chatMl, bos_token: null, eos_token: { content: '<|endoftext|>' }, pad_token: '<|unknown|>' });
    write('generation_config.json', { eos_token_id: [303, 300, 999] });
    write('config.json', { eos_token_id: 300 });
    expect(await describePrompt(folder)).toEqual({
      kind: 'chat',
      template: chatMl,
      variables: { eos_token: '<|endoftext|>', pad_token: '<|unknown|>' },
      endTokens: ['<|endoftext|>', '<|eom|>', '<|im_end|>'],
    });
  });

  test('finds the template where releases keep it', async () => {
    write('tokenizer.json', byteLevel);
    write('tokenizer_config.json', { chat_template: [{ name: 'tool_use', template: 'tools' }, { name: 'default', template: chatMl }] });
    expect(await describePrompt(folder)).toMatchObject({ kind: 'chat', template: chatMl });
    write('chat_template.jinja', chatMl.replace('im_end', 'end'));
    expect(await describePrompt(folder)).toMatchObject({ template: chatMl.replace('im_end', 'end') });
    write('chat_template.jinja', "{{ raise_exception('no chat') }}");
    expect(await rejection(describePrompt(folder))).toMatch(/^bundle-unsupported: .*no chat/);
  });

  test('reads a base model as plain text behind the token that its tokenizer puts there', async () => {
    const template = { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [] };
    const sequence = { type: 'Sequence', processors: [{ type: 'ByteLevel' }, template] };
    for (const [post, config, bos] of [
      [template, {}, '<s>'],
      [sequence, {}, '<s>'],
      [sequence, { add_bos_token: false }, null],
      [null, { add_bos_token: true }, '<s>'],
      [{ type: 'ByteLevel' }, {}, null],
    ] as const) {
      write('tokenizer.json', { ...byteLevel, added_tokens: added('<s>', '</s>'), post_processor: post });
      write('tokenizer_config.json', config);
      write('special_tokens_map.json', { bos_token: '<s>', eos_token: '</s>' });
      expect(await describePrompt(folder)).toEqual({ kind: 'plain', bos, endTokens: ['</s>'] });
    }
  });
});
