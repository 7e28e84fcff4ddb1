import { describe, expect, it } from 'vitest';
import type { Sampling } from '../../../../src/common/context';
import { ShorthandError } from '../../../../src/common/errors';
import { generate, type GenerateOptions, type WritingDecoder } from '../../../../src/engine/generate/generate';
import { byteTokenizer } from './byteTokenizer';

const end = 256;
const sampling: Sampling = { temperature: 0, topP: 1, repetitionPenalty: 1, maxTokens: 100, seed: 0, stop: [] };
const prompt = [{ kind: 'tokens' as const, ids: [1, 2, 3] }];

/** A decoder that is certain of its script: the bytes of a text, then the end token. */
function scripted(text: string, { capacity = 1000, onStep }: { readonly capacity?: number; readonly onStep?: (step: number) => void } = {}): WritingDecoder & { readonly steps: number[] } {
  const script = [...new TextEncoder().encode(text), end];
  const steps: number[] = [];
  const logits = () => Float32Array.from({ length: 257 }, (_, id) => (id === (script[steps.length] ?? end) ? 5 : 0));
  return {
    steps,
    capacity,
    get length() {
      return 3 + steps.length;
    },
    prefill: async (_, options) => {
      options?.onProgress?.(3);
      return { logits: logits(), positions: 3, reused: 1 };
    },
    step: async (token, signal) => {
      onStep?.(steps.length);
      if (signal?.aborted) {
        throw new ShorthandError('cancelled', 'cancelled');
      }
      steps.push(token);
      return logits();
    },
  };
}

function run(decoder: WritingDecoder, options: Partial<Omit<GenerateOptions, 'sampling'>> & { readonly sampling?: Partial<Sampling> } = {}) {
  return generate(decoder, byteTokenizer, prompt, { endTokens: [end], ...options, sampling: { ...sampling, ...options.sampling } });
}

describe('generate', () => {
  it('writes until the end token', async () => {
    const snapshots: [string, number][] = [];
    const read: number[] = [];
    const result = await run(scripted('hé!'), { onText: (text, tokens) => snapshots.push([text, tokens]), onRead: positions => read.push(positions) });
    expect(result).toMatchObject({ text: 'hé!', stopReason: 'end', promptPositions: 3, reusedPositions: 1 });
    expect(result.tokens).toHaveLength(4);
    expect(snapshots).toEqual([['h', 1], ['hé', 3], ['hé!', 4]]);
    expect(read).toEqual([3]);
    expect(result.prefillMs).toBeGreaterThanOrEqual(0);
    expect(result.decodeMs).toBeGreaterThanOrEqual(0);
  });

  it('takes any of the end tokens, also as the first', async () => {
    expect(await run(scripted('abc'), { endTokens: [98, 256] })).toMatchObject({ text: 'a', stopReason: 'end' });
    expect(await run(scripted(''))).toMatchObject({ text: '', stopReason: 'end', tokens: [] });
  });

  it('stops at the most tokens without reading the last one', async () => {
    const decoder = scripted('abcdef');
    expect(await run(decoder, { sampling: { maxTokens: 4 } })).toMatchObject({ text: 'abcd', stopReason: 'length' });
    expect(decoder.steps).toHaveLength(3);
  });

  it('stops when all positions are used', async () => {
    expect(await run(scripted('abcdef', { capacity: 5 }))).toMatchObject({ text: 'abc', stopReason: 'length' });
    expect(await run(scripted('abcdef', { capacity: 3 }))).toMatchObject({ text: 'a', stopReason: 'length' });
  });

  it('stops at a stop sequence', async () => {
    const shown: string[] = [];
    const result = await run(scripted('one two three'), { sampling: { stop: ['o th', 'zz'] }, onText: text => shown.push(text) });
    expect(result).toMatchObject({ text: 'one tw', stopReason: 'stop-sequence' });
    expect(shown.every(text => 'one tw'.startsWith(text))).toBe(true);
  });

  it('shows what it held back when the text ends', async () => {
    expect(await run(scripted('one tw'), { sampling: { stop: ['two'] } })).toMatchObject({ text: 'one tw', stopReason: 'end' });
  });

  it('ends a loop and keeps one copy', async () => {
    const line = '- the same\n';
    const result = await run(scripted(`List:\n${line.repeat(50)}`), { sampling: { maxTokens: 1000 } });
    expect(result).toMatchObject({ text: 'List:\n- the same', stopReason: 'end' });
    expect(result.tokens.length).toBeLessThan(80);
  });

  it('keeps the text when it is cancelled between steps or during one', async () => {
    const between = new AbortController();
    const texts: string[] = [];
    const result = await run(scripted('abcdef'), {
      signal: between.signal,
      onText: text => {
        texts.push(text);
        if (text === 'abc') {
          between.abort();
        }
      },
    });
    expect(result).toMatchObject({ text: 'abc', stopReason: 'cancelled' });
    expect(texts.at(-1)).toBe('abc');
    const during = new AbortController();
    const decoder = scripted('abcdef', { onStep: step => (step === 1 ? during.abort() : undefined) });
    expect(await run(decoder, { signal: during.signal })).toMatchObject({ text: 'ab', stopReason: 'cancelled' });
  });

  it('passes on errors, and a cancelled prompt as `cancelled`', async () => {
    const broken = { ...scripted('abc'), length: 3, step: () => Promise.reject(new ShorthandError('out-of-memory', 'no memory')) };
    await expect(run(broken)).rejects.toMatchObject({ code: 'out-of-memory' });
    const unread = { ...scripted('abc'), length: 0, prefill: () => Promise.reject(new ShorthandError('cancelled', 'cancelled')) };
    await expect(run(unread, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('gives the same text for the same seed', async () => {
    const options = { sampling: { temperature: 1.5, seed: 11, maxTokens: 40 } };
    const [first, second] = [await run(scripted('abcdefghij'.repeat(5)), options), await run(scripted('abcdefghij'.repeat(5)), options)];
    expect(first.tokens).toEqual(second.tokens);
    const other = await run(scripted('abcdefghij'.repeat(5)), { sampling: { ...options.sampling, seed: 12 } });
    expect(other.tokens).not.toEqual(first.tokens);
  });
});
