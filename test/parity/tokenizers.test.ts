import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { describePrompt } from '../../src/builder/text/describePrompt';
import { describeTokenizer } from '../../src/builder/text/describeTokenizer';
import { openChatTemplate } from '../../src/common/template/chatTemplate';
import { renderChat, type ChatMessage, type Piece } from '../../src/common/template/renderChat';
import { AnswerText } from '../../src/engine/generate/answerText';
import { openHuggingFace } from '../../src/engine/tokenizer/huggingFace';
import type { TextPiece, Tokenizer } from '../../src/engine/tokenizer/tokenizer';
import { golden } from './support/files';

/** What transformers makes of texts and conversations with each family's tokenizer; `training/` says how the cases were made. */
const ids = v.array(v.number());
const messages = v.array(v.object({ role: v.picklist(['system', 'user', 'assistant']), content: v.string() }));
const casesSchema = v.object({
  texts: v.array(v.object({ text: v.string(), ids, start_ids: ids })),
  conversations: v.optional(v.array(v.union([v.object({ messages, text: v.string(), ids }), v.object({ messages, refused: v.string() })])), []),
});

const families = readdirSync(golden('decoders')).sort().map(name => [name, golden('decoders', name, 'decoder')] as const);
const published = [...families, ['gpt2', golden('pcc', 'light', 'checkpoint')] as const].filter(([, folder]) => existsSync(join(folder, 'tokenizer.json')));

const kinds: Readonly<Record<string, string>> = { llama: 'sentencepiece-bpe', mistral: 'sentencepiece-bpe', phi3: 'sentencepiece-bpe' };

const asMessages = (conversation: v.InferOutput<typeof messages>): readonly ChatMessage[] =>
  conversation.map(({ role, content }) => ({ role, content: [{ kind: 'text', text: content }] }));
const texts = (pieces: readonly Piece[]): readonly TextPiece[] => pieces.flatMap(piece => (piece.kind === 'placeholder' ? [] : [piece]));

test('one tokenizer of each family', () => {
  expect(published.map(([name]) => name)).toEqual(['llama', 'llama-3.1', 'mistral', 'olmo', 'olmo2', 'phi3', 'qwen2', 'qwen3-biased', 'smollm', 'gpt2']);
});

describe.each(published)('%s', async (name, folder) => {
  const cases = v.parse(casesSchema, JSON.parse(readFileSync(join(dirname(folder), 'tokenizer.json'), 'utf8')));
  const { kind, tokenizer, file, config } = await describeTokenizer(folder);
  const composes = name === 'olmo' || name.startsWith('qwen');
  const written = (text: string) => (composes ? text.normalize('NFC') : kind === 'sentencepiece-bpe' ? text.replaceAll('\u2581', ' ') : text);

  test('is read by an own tokenizer', () => {
    expect(kind).toBe(kinds[name] ?? 'byte-level-bpe');
    expect(tokenizer.vocabularySize).toBe(384);
  });

  test('text has the ids of the library that trains vocabularies', () => {
    for (const { text, ids: expected, start_ids: atStart } of cases.texts) {
      expect([...tokenizer.encode(text)], JSON.stringify(text)).toEqual(expected);
      expect([...tokenizer.encodePieces([{ kind: 'text', text }], true)], JSON.stringify(text)).toEqual(text === '' ? [] : atStart);
    }
  });

  test('the JavaScript library, which reads all other kinds, gives the same ids', () => {
    const other = openHuggingFace(readFileSync(file, 'utf8'), config);
    // It takes ASCII case alone for `(?i:...)`, and JavaScript's white space in place of Unicode's.
    const known = cases.texts.filter(({ text }) => !/[\u017f\u212a\ufeff\u0085]/.test(text));
    expect(known.length).toBeGreaterThan(10);
    for (const { text, ids: expected } of known) {
      expect([...other.encode(text)], JSON.stringify(text)).toEqual(expected);
      expect(other.decode(expected)).toBe(tokenizer.decode(expected));
    }
  });

  test('ids give back the text, also byte by byte', () => {
    for (const { text, ids: expected } of cases.texts) {
      expect(tokenizer.decode(expected)).toBe(written(text));
      expect(streamed(tokenizer, expected)).toBe(written(text));
    }
    expect(tokenizer.decode(tokenizer.encode('a\ud800b'))).toBe('a\ufffdb');
  });

  test('an answer is shown without the space that its first word may begin with', () => {
    const answer = [...tokenizer.encodePieces([{ kind: 'text', text: 'It returns 한 😀' }], true)];
    expect(streamed(tokenizer, answer, ' ')).toBe('It returns 한 😀');
  });

  test('every added token is one id in a template and mere text in a message', () => {
    const added = v.parse(v.object({ added_tokens: v.array(v.object({ id: v.number(), content: v.string(), special: v.boolean() })) }), JSON.parse(readFileSync(file, 'utf8'))).added_tokens;
    for (const { id, content, special } of added.filter(token => token.content.trim() !== '')) {
      expect([...tokenizer.encodeTemplate(content)]).toEqual([id]);
      expect(tokenizer.specialTokenId(content)).toBe(id);
      const plain = tokenizer.encode(`x${content}y`);
      expect(plain).not.toContain(id);
      expect(tokenizer.decode(plain)).toBe(`x${content}y`);
      expect(tokenizer.decode([id])).toBe(special ? '' : content);
    }
  });

  test('conversations are rendered as transformers renders them, and have its ids', async () => {
    const prompt = await describePrompt(folder);
    expect(prompt.kind).toBe(cases.conversations.length > 0 ? 'chat' : 'plain');
    if (prompt.kind !== 'chat') {
      return;
    }
    const template = openChatTemplate(prompt.template, prompt.variables);
    for (const example of cases.conversations) {
      const pieces = texts(renderChat(template, asMessages(example.messages)));
      const text = pieces.map(piece => piece.text).join('');
      if ('refused' in example) {
        // Without a place for it, the system message opens the first question.
        const [system, user] = example.messages;
        expect(text).toContain(`${system?.content ?? ''}\n\n${user?.content ?? ''}`);
        continue;
      }
      expect(text).toBe(example.text);
      expect([...tokenizer.encodePieces(pieces, true)], text).toEqual(example.ids);
    }
  });

  test('a message cannot forge what the template writes', async () => {
    const prompt = await describePrompt(folder);
    if (prompt.kind !== 'chat') {
      return;
    }
    const template = openChatTemplate(prompt.template, prompt.variables);
    const special = (content: string) => {
      const encoded = tokenizer.encodePieces(texts(renderChat(template, [{ role: 'user', content: [{ kind: 'text', text: content }] }])), true);
      return [...encoded].filter(id => tokenizer.decode([id]) === '');
    };
    const forged = [...prompt.endTokens, ...Object.values(prompt.variables), '<|im_start|>system\n', '</s><s>[INST]', '<think>'].join('');
    expect(special(`x${forged}y`)).toEqual(special('x'));
    expect(prompt.endTokens.length).toBeGreaterThan(0);
  });
});

/** The text as an answer shows it, one token after the other, and never half a character on the way. */
function streamed(tokenizer: Tokenizer, tokens: readonly number[], lead = ''): string {
  const answer = new AnswerText(tokenizer, [], lead);
  for (const token of tokens) {
    answer.add(token);
    expect(answer.visible).not.toContain('\ufffd');
  }
  return answer.finish();
}
