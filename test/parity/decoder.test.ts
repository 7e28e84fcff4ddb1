import { expect, test } from 'vitest';
import { startDecoder } from './support/decoderRun';
import { readExpected, relativeError } from './support/expected';
import { golden } from './support/files';

/** transformers' Qwen3ForCausalLM in float32 computed the expected logits. */
const expected = readExpected('decoder-tiny');
const folder = golden('decoder-tiny', 'decoder');
const float = { kind: 'fp32' } as const;
const embeds = expected('inputs_embeds');
const [, positions = 0, width = 0] = embeds.shape;
const prefill = expected('prefill_logits');
const steps = expected('step_embeds');
const vocabulary = prefill.shape[2] ?? 0;

test('a prefill and single steps after it give the logits of transformers', async () => {
  const decoder = await startDecoder(folder, float, 64);
  expect(relativeError(await decoder.read(embeds.data), prefill.data)).toBeLessThan(1e-5);
  const rows: number[] = [];
  for (let step = 0; step < (steps.shape[0] ?? 0); step++) {
    rows.push(...(await decoder.read(steps.data.slice(step * width, (step + 1) * width))));
  }
  expect(relativeError(rows, expected('step_logits').data)).toBeLessThan(1e-5);
});

test.each([{ chunks: [1, 12] }, { chunks: [5, 1, 4, 3] }, { chunks: Array<number>(13).fill(1) }])('a prefill in chunks $chunks gives the same logits', async ({ chunks }) => {
  const decoder = await startDecoder(folder, float, positions);
  const rows: number[] = [];
  let first = 0;
  for (const chunk of chunks) {
    rows.push(...(await decoder.read(embeds.data.slice(first * width, (first + chunk) * width))));
    first += chunk;
  }
  expect(relativeError(rows, prefill.data)).toBeLessThan(1e-5);
});

test('only the wanted rows get logits, in the wanted order, and no rows may be wanted', async () => {
  const decoder = await startDecoder(folder, float, 32);
  const split = 8;
  expect(await decoder.read(embeds.data.slice(0, split * width), [])).toHaveLength(0);
  const logits = await decoder.read(embeds.data.slice(split * width), [4, 0]);
  const wanted = [split + 4, split].flatMap(row => [...prefill.data.slice(row * vocabulary, (row + 1) * vocabulary)]);
  expect(relativeError(logits, wanted)).toBeLessThan(1e-5);
});
