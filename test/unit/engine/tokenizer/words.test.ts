import { describe, expect, test } from 'vitest';
import { wordPattern } from '../../../../src/common/tokenizer/wordPattern';
import { NeighbourTable } from '../../../../src/engine/tokenizer/neighbours';
import { splitWords } from '../../../../src/engine/tokenizer/words';

const llama3 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const tekken = "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const split = (pattern: string, text: string, between: 'kept' | 'dropped' = 'kept') => {
  const translated = wordPattern(pattern);
  return translated === undefined ? undefined : splitWords(text, [{ pattern: translated, between }]);
};

describe('patterns of published tokenizers', () => {
  // The words that Hugging Face's `tokenizers` 0.23 finds.
  test.each([
    [llama3, "it'\u017f I'LL x1234 a_b\r\n\n  y", ['it', "'\u017f", ' I', "'LL", ' x', '123', '4', ' a', '_b', '\r\n\n', ' ', ' y']],
    [llama3, '\u0085a\ufeffb\u3000 c½²', ['\u0085a', '\ufeffb', '\u3000', ' c', '½²']],
    [tekken, 'CamelCase HTTPServer été 한국어/漢字\n', ['Camel', 'Case', ' HTTPServer', ' été', ' 한국어', '/漢字', '\n']],
    [tekken, '\u0085a\ufeffb\u3000 c½²', ['\u0085a', '\ufeffb', '\u3000', ' c', '½', '²']],
  ])('%# find the same words', (pattern, text, words) => {
    expect(split(pattern, text)).toEqual(words);
  });

  test('may have punctuation in classes', () => {
    expect(split('[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[\u4e00-\u9fa5]+', 'a.foo^ab漢字~x')).toEqual(['a', '.foo', '^ab', '漢字', '~x']);
  });

  test('keep or drop what lies between the words', () => {
    expect(split('\\p{L}+', 'ab 12 c')).toEqual(['ab', ' 12 ', 'c']);
    expect(split('\\p{L}+', 'ab 12 c', 'dropped')).toEqual(['ab', 'c']);
    expect(split('\\p{L}+', '')).toEqual([]);
  });

  test('are refused where JavaScript might read them otherwise', () => {
    for (const pattern of ['\\w+', '\\p{L}++', 'a?+', '(?>a)', '[a[bc]]', '[]a]', '[a-z&&[^b]]', '.', '^a', '\\bx', '(?i:ss)', '(?i:é)', '(?<name>a)', '\\h', '[[:alpha:]]', '\\p{Han}', 'a{,2', '(']) {
      expect(wordPattern(pattern), pattern).toBeUndefined();
    }
  });
});

test('a text is cut where no token has two characters side by side', () => {
  const table = new NeighbourTable();
  for (const token of ['▁the', 'ab', '한국']) {
    table.addAll(token);
  }
  const text = '▁the▁thab\nab한국😀😀한';
  expect([...table.stretches(text, undefined)]).toEqual(['▁the', '▁th', 'ab', '\n', 'ab', '한국', '😀', '😀', '한']);
  expect([...table.stretches('', undefined)]).toEqual([]);
  table.addAll('e▁');
  expect([...table.stretches('▁the▁the', undefined)]).toEqual(['▁the▁the']);
  expect([...table.stretches('▁the▁the', '▁')]).toEqual(['▁the', '▁the']);
});
