import { describe, expect, test } from 'vitest';
import { ratios } from '../../src/common/bundle';
import { startEncoder } from './support/encoderRun';
import { readExpected, relativeError, tokenIds } from './support/expected';
import { golden } from './support/files';

const lengths = [1, 3, 4, 5, 17, 64, 255, 256];
const together = [17, 5, 64, 1];

/** What int8 and int4 may cost on these random weights, which are harder to round than trained ones. */
const bounds = { arc: { int8: 0.09, int4: 0.6 }, pcc: { int8: 0.06, int4: 0.4 } } as const;

describe.each(['arc', 'pcc'] as const)('%s encoder', kind => {
  const name = `encoder-${kind}-tiny`;
  const folder = golden(name, 'encoder');
  const expected = readExpected(name);
  const window = (length: number) => tokenIds(expected(`ids_${length}`));

  test('every length and ratio gives the slots of the PyTorch reference', async () => {
    const { encode } = await startEncoder(folder, { kind: 'fp32' });
    for (const length of lengths) {
      for (const ratio of ratios) {
        const wanted = expected(`slots_${length}_${ratio}`);
        expect(relativeError(await encode([window(length)], ratio), wanted.data), `${length} tokens at ${ratio}x`).toBeLessThan(1e-5);
      }
    }
  });

  test('a window gives the same slots in a padded batch', async () => {
    const { encode, width } = await startEncoder(folder, { kind: 'fp32' });
    for (const ratio of ratios) {
      const slots = await encode(together.map(window), ratio);
      together.forEach((length, row) => {
        const wanted = expected(`slots_${length}_${ratio}`);
        const start = (row * slots.length) / together.length;
        expect(relativeError(slots.slice(start, start + (wanted.shape[0] ?? 0) * width), wanted.data)).toBeLessThan(1e-5);
      });
    }
  });

  test.each([{ kind: 'int8' }, { kind: 'int4', block: 32 }] as const)('$kind stays near the reference and does not depend on the batch', async quantisation => {
    const { encode, width } = await startEncoder(folder, quantisation);
    for (const ratio of ratios) {
      const batch = await encode(together.map(window), ratio);
      for (const [row, length] of together.entries()) {
        const wanted = expected(`slots_${length}_${ratio}`).data;
        const alone = await encode([window(length)], ratio);
        const start = (row * batch.length) / together.length;
        expect(relativeError(alone, wanted), `${length} tokens at ${ratio}x`).toBeLessThan(bounds[kind][quantisation.kind]);
        expect(relativeError(batch.slice(start, start + alone.length), alone)).toBeLessThan(5e-3);
        expect(alone.length % width).toBe(0);
      }
    }
  });
});
