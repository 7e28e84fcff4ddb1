import { describe, expect, test } from 'vitest';
import { byteFallbackTokens } from '../../../../src/common/tokenizer/sentencePieceFile';
import { openSentencePieceBpe } from '../../../../src/engine/tokenizer/sentencePieceBpe';
import { codeOf } from '../codeOf';

const merges = [['a', 'b'], ['▁', 'ab'], ['▁', '▁'], ['▁▁', '▁▁']];
const vocab = Object.fromEntries(['<unk>', '<s>', ...byteFallbackTokens, '▁', 'a', 'b', 'c', ...merges.map(pair => pair.join(''))].map((token, id) => [token, id]));
const token = (content: string, id: number, flags: object = {}) => ({ id, content, special: true, lstrip: false, rstrip: false, ...flags });
const file = {
  normalizer: null,
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false },
  decoder: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }] },
  added_tokens: [token('<unk>', 0), token('<s>', 1), token('<|user|>', 270, { rstrip: true }), token('<mask>', 271, { lstrip: true }), token('<think>', 272, { special: false })],
  model: { type: 'BPE', unk_token: '<unk>', fuse_unk: true, byte_fallback: true, ignore_merges: false, vocab, merges },
};
const open = (change: object = {}) => openSentencePieceBpe(JSON.stringify({ ...file, ...change }));
const names = Object.entries(vocab);
const shown = (ids: Int32Array) => [...ids].map(id => names.find(([, known]) => known === id)?.[0] ?? id);

describe('the dummy space', () => {
  const withNormaliser = { pre_tokenizer: null, normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }] } };

  test('is never put before a text that may continue another', () => {
    expect(shown(open().encode('ab ab'))).toEqual(['ab', '▁ab']);
    expect(shown(open(withNormaliser).encode('ab ab'))).toEqual(['ab', '▁ab']);
  });

  test('stands before the start alone, or before all that follows a token, as the file says', () => {
    expect(shown(open().encodeTemplate('ab<s>ab'))).toEqual(['▁ab', '<s>', 'ab']);
    expect(shown(open({ pre_tokenizer: { ...file.pre_tokenizer, prepend_scheme: 'always' } }).encodeTemplate('ab<s>ab'))).toEqual(['▁ab', '<s>', '▁ab']);
    expect(shown(open({ pre_tokenizer: { ...file.pre_tokenizer, prepend_scheme: 'never' } }).encodeTemplate('ab'))).toEqual(['ab']);
    // The normaliser puts one even before a space; the pre-tokenizer does not.
    expect(shown(open(withNormaliser).encodeTemplate(' ab<s>ab'))).toEqual(['▁', '▁ab', '<s>', '▁ab']);
    expect(shown(open().encodeTemplate(' ab'))).toEqual(['▁ab']);
  });
});

describe('added tokens', () => {
  test('swallow white space where they are declared so, in neighbouring pieces too', () => {
    const pieces = [{ kind: 'template', text: '<|user|>\n' }, { kind: 'text', text: '  ab \n' }, { kind: 'template', text: ' <mask>' }, { kind: 'text', text: ' c' }] as const;
    expect(shown(open().encodePieces(pieces, false))).toEqual([270, 'ab', 271, '▁', 'c']);
  });

  test('count in templates alone; those that are not special are shown', () => {
    const tokenizer = open();
    expect(tokenizer.vocabularySize).toBe(273);
    expect([...tokenizer.encodePieces([{ kind: 'template', text: '<thi' }, { kind: 'text', text: 'nk><s>' }], false)]).not.toContain(272);
    expect(tokenizer.decode([272, 1, 270, ...tokenizer.encode('ab é\n')])).toBe('<think>ab é\n');
  });
});

test('characters that the vocabulary lacks are bytes', () => {
  expect(shown(open().encode('aé'))).toEqual(['a', '<0xC3>', '<0xA9>']);
  expect([...open().decodeBytes(open().encode('é').slice(0, 1))]).toEqual([0xc3]);
});

test('other kinds are refused', () => {
  expect(codeOf(() => openSentencePieceBpe('{'))).toBe('bundle-corrupt');
  for (const change of [
    { pre_tokenizer: null },
    { decoder: { type: 'WordPiece' } },
    { model: { ...file.model, byte_fallback: false } },
    { model: { ...file.model, vocab: { a: 0 } } },
    { model: { ...file.model, merges: [['a', 'c']] } },
    { model: { ...file.model, merges: [['<0x41>', 'b']], vocab: { ...vocab, '<0x41>b': 400 } } },
    { normalizer: { type: 'NFKC' } },
  ]) {
    expect(codeOf(() => open(change)), JSON.stringify(change).slice(0, 80)).toBe('bundle-unsupported');
  }
});
