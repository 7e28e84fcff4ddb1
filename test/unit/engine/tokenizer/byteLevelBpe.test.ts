import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Tokenizer as Oracle } from '@huggingface/tokenizers';
import { describe, expect, test } from 'vitest';
import { openByteLevelBpe } from '../../../../src/engine/tokenizer/byteLevelBpe';
import { codeOf } from '../codeOf';

const json = readFileSync(path.join(__dirname, 'tokenizer-2k.json'), 'utf8');
const tokenizer = openByteLevelBpe(json);

interface TokenizerJson {
  model: { vocab: Record<string, number> | string; merges: (string | string[])[] };
}
const parseTokenizer = () => JSON.parse(json) as TokenizerJson;

/** The other implementation, without special tokens: it then reads every text as plain text, as ours always does. */
const oracle = new Oracle({ ...parseTokenizer(), added_tokens: [] }, {});

const library = (name: string) => readFileSync(require.resolve(name), 'utf8');

function randomText(seed: number, length: number): string {
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
  const pieces = ['\u0301', '\u200d', '👩', '🏽', '漢', 'ש', 'م', '\0', '\r\n', '\n', '  ', '\t', ' ', "'s", "'", 'x', 'Ab', '_', '9', '=', '\u00a0', '\u3000', 'é', '\ud83d', '\udc00', '<|file|>', '𝟘'];
  return Array.from({ length }, () => pieces[random(pieces.length)]).join('');
}

describe('encode', () => {
  test('gives the ids of the other implementation on megabytes of code', () => {
    for (const name of ['typescript/lib/typescript.js', 'typescript/lib/lib.dom.d.ts', 'esbuild/lib/main.js', 'vitest/package.json']) {
      const text = library(name).slice(0, 3_000_000).replaceAll('\ufeff', '');
      for (let start = 0; start < text.length; start += 100_000) {
        const part = text.slice(start, start + 100_000);
        expect(Buffer.from(tokenizer.encode(part).buffer).equals(Buffer.from(Int32Array.from(oracle.encode(part).ids).buffer)), `${name} at ${start}`).toBe(true);
      }
    }
  });

  test('gives the ids of the other implementation on odd Unicode', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const text = randomText(seed, 200);
      expect([...tokenizer.encode(text)], JSON.stringify(text)).toEqual(oracle.encode(text).ids);
    }
  });

  test('gives the ids of the library that trains vocabularies, whose white space differs from JavaScript\'s', () => {
    const golden = JSON.parse(readFileSync(path.join(__dirname, 'native-golden.json'), 'utf8')) as { text: string; ids: number[] }[];
    for (const { text, ids } of golden) {
      expect([...tokenizer.encode(text)], JSON.stringify(text.slice(0, 80))).toEqual(ids);
    }
  });

  test('handles a word of a megabyte', () => {
    const text = 'abcdefghij'.repeat(100_000);
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  test('never makes a special token out of text', () => {
    const text = "export const file = '<|file|>'; // <|endoftext|><|user|><|assistant|><|end|>";
    const ids = tokenizer.encode(text);
    expect(Math.min(...ids)).toBeGreaterThan(15);
    expect(tokenizer.decode(ids)).toBe(text);
  });

  test('returns an array that the caller owns', () => {
    const first = tokenizer.encode('return');
    first.fill(0);
    expect(tokenizer.decode(tokenizer.encode('return'))).toBe('return');
  });
});

describe('decode', () => {
  test('gives back every byte value and every character', () => {
    const everyByte = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');
    for (const text of [everyByte, '\ufeffBOM', '👩‍👩‍👧‍👦', 'a\r\nb\0c', '漢字', library('typescript/lib/lib.es5.d.ts')]) {
      expect(tokenizer.decode(tokenizer.encode(text)) === text).toBe(true);
    }
  });

  test('keeps the bytes of a character that two tokens share', () => {
    const ids = tokenizer.encode('𐍈');
    expect(ids.length).toBeGreaterThan(1);
    const halves = [tokenizer.decodeBytes(ids.slice(0, 1)), tokenizer.decodeBytes(ids.slice(1))];
    expect(Buffer.concat(halves).toString()).toBe('𐍈');
  });

  test('skips special tokens and unknown ids; lone surrogates become U+FFFD', () => {
    expect(tokenizer.decode([tokenizer.specialTokenId('<|end|>'), 999_999, -1, ...tokenizer.encode('ok')])).toBe('ok');
    expect(tokenizer.decode(tokenizer.encode('a\ud800b'))).toBe('a\ufffdb');
  });
});

describe('loading', () => {
  const model = { type: 'BPE', vocab: {}, merges: [] };
  const tiny = (change: object) => JSON.stringify({ pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false }, decoder: { type: 'ByteLevel' }, model, ...change });

  test('knows its special tokens and size', () => {
    expect(tokenizer.vocabularySize).toBe(2000);
    expect(['<|endoftext|>', '<|file|>', '<|reserved_5|>'].map(token => tokenizer.specialTokenId(token))).toEqual([0, 1, 15]);
    expect(codeOf(() => tokenizer.specialTokenId('return'))).toBe('bundle-unsupported');
  });

  test('reads merges as strings too', () => {
    const file = parseTokenizer();
    file.model.merges = file.model.merges.map(merge => (typeof merge === 'string' ? merge : merge.join(' ')));
    expect(openByteLevelBpe(JSON.stringify(file)).encode('return value;')).toEqual(tokenizer.encode('return value;'));
  });

  test('keeps tokens that are names of Object.prototype', () => {
    const file = parseTokenizer();
    const entries = Object.entries(file.model.vocab as Record<string, number>);
    const merges: [string, string][] = [];
    for (const word of ['constructor', 'prototype', '__proto__', 'toString']) {
      for (let i = 1; i < word.length; i++) {
        merges.push([word.slice(0, i), word.charAt(i)]);
        if (!entries.some(([token]) => token === word.slice(0, i + 1))) {
          entries.push([word.slice(0, i + 1), entries.length]);
        }
      }
    }
    file.model.merges = merges;
    // Built as text: assigning to `__proto__` would not make a key.
    file.model.vocab = 'HERE';
    const vocabulary = `{${entries.map(([token, id]) => `${JSON.stringify(token)}:${id}`).join(',')}}`;
    const loaded = openByteLevelBpe(JSON.stringify(file).replace('"HERE"', () => vocabulary));
    for (const word of ['constructor', 'prototype', 'toString']) {
      expect(loaded.encode(word).length).toBe(1);
    }
    // The pre-tokenizer parts underscores from letters.
    expect(loaded.decode(loaded.encode('__proto__'))).toBe('__proto__');
  });

  test('refuses other kinds', () => {
    expect(codeOf(() => openByteLevelBpe('{'))).toBe('bundle-corrupt');
    for (const change of [
      { model: { ...model, type: 'Unigram' } },
      { model: { ...model, byte_fallback: true } },
      { model: { ...model, end_of_word_suffix: '</w>' } },
      { pre_tokenizer: { type: 'Whitespace' } },
      { pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true } },
      { normalizer: { type: 'NFKC' } },
      { pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: '\\w++' }, behavior: 'Isolated' }, { type: 'ByteLevel', add_prefix_space: false, use_regex: false }] } },
      {},
    ]) {
      expect(codeOf(() => openByteLevelBpe(tiny(change))), JSON.stringify(change)).toBe('bundle-unsupported');
    }
  });
});
