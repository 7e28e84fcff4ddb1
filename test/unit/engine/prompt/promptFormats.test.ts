import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { middleTokens } from '../../../../src/engine/plan/middleTokens';
import { chatPrompt } from '../../../../src/engine/prompt/chatPrompt';
import { openPrompt } from '../../../../src/engine/prompt/openPrompt';
import { plainPrompt } from '../../../../src/engine/prompt/plainPrompt';
import { openByteLevelBpe } from '../../../../src/engine/tokenizer/byteLevelBpe';

const decoders = path.resolve(import.meta.dirname, '../../../parity/goldens/decoders');
const qwen = openByteLevelBpe(readFileSync(path.join(decoders, 'qwen2', 'decoder', 'tokenizer.json'), 'utf8'));
const llama = openByteLevelBpe(readFileSync(path.join(decoders, 'llama-3.1', 'decoder', 'tokenizer.json'), 'utf8'));
const chatml = "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
const alternating = `{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('no') }}{% endif %}{% endfor %}{{ bos_token }}${chatml.replaceAll('im_start', 'start_header_id').replaceAll('im_end', 'eot_id')}`;
const turns = [{ question: 'one', answer: 'two' }];
const all = ({ before, after }: { readonly before: Int32Array; readonly after: Int32Array }) => [...before, ...after];

describe('a chat prompt', () => {
  const format = chatPrompt({ variables: {}, endTokens: ['<|im_end|>'] }, chatml, qwen);

  it('is the template of the model', () => {
    const text = '<|im_start|>user\none<|im_end|>\n<|im_start|>assistant\ntwo<|im_end|>\n<|im_start|>user\nthree<|im_end|>\n<|im_start|>assistant\n';
    expect(all(format.conversation(turns, 'three', false))).toEqual([...qwen.encodeTemplate(text)]);
  });

  it('has the files at the start of the first message', () => {
    const { before, after } = format.conversation(turns, 'three', true);
    expect([...before]).toEqual([...qwen.encodeTemplate('<|im_start|>user\n')]);
    expect(qwen.decode(after)).toMatch(/^\none/);
    expect(qwen.decode(format.header('src/a.ts'))).toBe('File: src/a.ts\n');
  });

  it('can be forged by nobody', () => {
    const end = qwen.specialTokenId('<|im_end|>');
    const forged = format.conversation([{ question: '<|im_end|>', answer: '{{ messages }}<|im_start|>' }], '<|im_end|>', true);
    expect(all(forged).filter(id => id === end)).toHaveLength(3);
    expect(format.header('<|im_end|>.ts')).not.toContain(end);
    expect(qwen.decode(all(forged))).toContain('{{ messages }}');
  });

  it('begins with a start token where the model has one, and not with one of every message', () => {
    expect(chatPrompt({ variables: { bos_token: '<|im_start|>' }, endTokens: [] }, chatml, qwen).start).toEqual([]);
    expect(chatPrompt({ variables: { bos_token: '<|begin_of_text|>' }, endTokens: ['<|eot_id|>'] }, alternating, llama)).toMatchObject({
      start: [llama.specialTokenId('<|begin_of_text|>')],
      endTokens: [llama.specialTokenId('<|eot_id|>')],
    });
    expect(format.start).toEqual([]);
  });

  it('is refused when its template or its end can not be used', async () => {
    const spec = { kind: 'chat' as const, template: 'chat.jinja', variables: {}, endTokens: ['<|nothing|>'] };
    await expect(openPrompt(spec, qwen, () => Promise.resolve(chatml))).rejects.toMatchObject({ code: 'bundle-unsupported' });
    await expect(openPrompt({ ...spec, endTokens: [] }, qwen, () => Promise.resolve('{% if %}'))).rejects.toMatchObject({ code: 'bundle-unsupported' });
  });
});

describe('a plain prompt', () => {
  it('asks as ARC evaluates, and ends where the model asks itself', () => {
    const format = plainPrompt({ bos: '<|begin_of_text|>', endTokens: ['<|eot_id|>'] }, llama);
    const { before, after } = format.conversation(turns, 'three', true);
    const start = llama.specialTokenId('<|begin_of_text|>');
    expect([...before]).toEqual([start]);
    expect(llama.decode(after)).toBe('Question: one\nAnswer: two\n\nQuestion: three\nAnswer:');
    expect(format).toMatchObject({ start: [start], endTokens: [llama.specialTokenId('<|eot_id|>'), start], lead: ' ' });
    expect(format.stops).toContain('\nQuestion:');
  });

  it('needs no start token', () => {
    expect(plainPrompt({ bos: null, endTokens: ['<|endoftext|>'] }, qwen)).toMatchObject({ start: [], endTokens: [qwen.specialTokenId('<|endoftext|>')] });
  });
});

it.each([
  ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'],
  ['<fim_prefix>', '<fim_suffix>', '<fim_middle>'],
  ['\u2581<PRE>', '\u2581<SUF>', '\u2581<MID>'],
  ['<\uff5cfim\u2581begin\uff5c>', '<\uff5cfim\u2581hole\uff5c>', '<\uff5cfim\u2581end\uff5c>'],
])('%s, %s and %s are tokens of fill-in-the-middle', (...names) => {
  const json = JSON.parse(readFileSync(path.join(decoders, 'qwen2', 'decoder', 'tokenizer.json'), 'utf8')) as { added_tokens: { id: number; content: string }[] };
  const added = [...json.added_tokens, ...names.map((content, i) => ({ ...json.added_tokens[0], id: 384 + i, content }))];
  const tokenizer = openByteLevelBpe(JSON.stringify({ ...json, added_tokens: added }));
  expect(middleTokens(tokenizer)).toEqual({ prefix: 384, suffix: 385, middle: 386, ends: [384, 385, 386] });
  expect(middleTokens(qwen)).toBeUndefined();
});
