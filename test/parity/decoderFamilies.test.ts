import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startDecoder } from './support/decoderRun';
import { largestDifference, readExpected, relativeError } from './support/expected';
import { golden } from './support/files';

/** transformers' `...ForCausalLM` of each family in float32 computed the expected logits, in one pass without a cache. */
const families = readdirSync(golden('decoders')).sort();

describe.each(families)('%s', name => {
  const expected = readExpected(`decoders/${name}`);
  const embeds = expected('inputs_embeds');
  const [, positions = 0, width = 0] = embeds.shape;
  const steps = expected('step_embeds');
  const prefill = expected('prefill_logits').data;
  const folder = golden('decoders', name, 'decoder');

  test('a prefill and single steps after it give the logits of transformers', async () => {
    const decoder = await startDecoder(folder, { kind: 'fp32' }, 32);
    expect(largestDifference(await decoder.read(embeds.data), prefill)).toBeLessThan(1e-4);
    const rows: number[] = [];
    for (let step = 0; step < (steps.shape[0] ?? 0); step++) {
      rows.push(...(await decoder.read(steps.data.slice(step * width, (step + 1) * width))));
    }
    expect(largestDifference(rows, expected('step_logits').data)).toBeLessThan(1e-4);
  });

  test('a prefill in uneven chunks gives the same logits', async () => {
    const decoder = await startDecoder(folder, { kind: 'fp32' }, 32);
    const rows: number[] = [];
    for (const [first, end] of [[0, 1], [1, 9], [9, positions]] as const) {
      rows.push(...(await decoder.read(embeds.data.slice(first * width, end * width))));
    }
    expect(largestDifference(rows, prefill)).toBeLessThan(1e-4);
  });

  test('fp16 weights give the same logits but for their rounding', async () => {
    const decoder = await startDecoder(folder, { kind: 'fp16' }, 32);
    expect(relativeError(await decoder.read(embeds.data), prefill)).toBeLessThan(0.002);
  });

  test.each([{ kind: 'int8', block: 32 }, { kind: 'int8', block: 128 }, { kind: 'int4', block: 32 }, { kind: 'int4', block: 128 }] as const)('$kind in blocks of $block stays close', async quantisation => {
    const decoder = await startDecoder(folder, quantisation, 32);
    expect(relativeError(await decoder.read(embeds.data), prefill)).toBeLessThan(quantisation.kind === 'int8' ? 0.03 : 0.35);
  });
});
