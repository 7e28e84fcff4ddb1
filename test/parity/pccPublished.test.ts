import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { OpenCompressor } from '../../src/builder/checkpoint/openCompressor';
import { openPcc, type PccOptions } from '../../src/builder/checkpoint/pcc/openPcc';
import { runEncoder, runProjector } from './support/encoderRun';
import { largestDifference, readExpected, relativeError, tokenIds } from './support/expected';
import { golden, temporaryFolder } from './support/files';

/** transformers' GPT-2 and Llama in float32 computed the expected slots; the adapter and the converter are plain products of their own. */
const lengths = [1, 3, 4, 5, 255, 256];
const ratios = [4, 16] as const;
const float = { kind: 'fp32' } as const;

async function open(kind: string, change: Partial<PccOptions> = {}, folder = golden('pcc', kind, 'checkpoint')): Promise<OpenCompressor> {
  const baseFolder = kind === 'large' ? golden('pcc', kind, 'base') : undefined;
  const checkpoint = await openPcc(folder, { decoder: 'tiny', ratio: 4, window: 256, baseFolder, ...change });
  onTestFinished(() => checkpoint.close());
  return checkpoint;
}

describe.each(['light', 'large'])('the %s compressor', kind => {
  const expected = readExpected(`pcc/${kind}`);
  const window = (length: number) => tokenIds(expected(`ids_${length}`));

  test.each(ratios)('every length gives the slots of the reference at %ix', async ratio => {
    const { encode } = await runEncoder((await open(kind, { ratio })).encoder, float);
    for (const length of lengths) {
      const slots = await encode([window(length)], ratio);
      expect(largestDifference(slots, expected(`slots_${length}_${ratio}`).data), `${length} tokens`).toBeLessThan(1e-4);
    }
  });

  test('several segments in a batch give the same slots as each alone', async () => {
    const { encode } = await runEncoder((await open(kind)).encoder, float);
    const together = [5, 256, 1, 4];
    const slots = await encode(together.map(window), 4);
    together.forEach((length, row) => {
      const wanted = expected(`slots_${length}_4`).data;
      expect(largestDifference(slots.slice(row * wanted.length, (row + 1) * wanted.length), wanted)).toBeLessThan(1e-4);
    });
  });

  test('the converter gives the embeddings of the reference', async () => {
    const project = await runProjector((await open(kind)).projector);
    for (const ratio of ratios) {
      expect(largestDifference(await project(expected(`slots_256_${ratio}`).data), expected(`projected_${ratio}`).data)).toBeLessThan(1e-4);
    }
  });

  test('fp16 gives the same slots but for its rounding', async () => {
    const { encode } = await runEncoder((await open(kind)).encoder, { kind: 'fp16' });
    expect(relativeError(await encode([window(256)], 4), expected('slots_256_4').data)).toBeLessThan(0.002);
  });

  test('int8 stays near the reference', async () => {
    const { encode } = await runEncoder((await open(kind)).encoder, { kind: 'int8' });
    expect(relativeError(await encode([window(256)], 4), expected('slots_256_4').data)).toBeLessThan(0.06);
  });
});

describe('a compressor that can not be used', () => {
  const damaged = (kind: string, damage: (folder: string) => void): string => {
    const folder = join(temporaryFolder(), 'checkpoint');
    cpSync(golden('pcc', kind, 'checkpoint'), folder, { recursive: true });
    damage(folder);
    return folder;
  };
  const edited = (kind: string, name: string, edit: (bytes: Buffer) => Buffer | string) =>
    damaged(kind, folder => writeFileSync(join(folder, name), edit(readFileSync(join(folder, name)))));

  test.each([
    { what: 'lacks its converter', kind: 'light', folder: () => damaged('light', folder => rmSync(join(folder, 'memory_converter.bin'))), code: 'bundle-missing' },
    { what: 'has a converter that is cut off', kind: 'light', folder: () => edited('light', 'memory_converter.bin', bytes => bytes.subarray(0, 400)), code: 'bundle-corrupt' },
    { what: 'has a converter that is no archive', kind: 'light', folder: () => edited('light', 'memory_converter.bin', () => 'hello'), code: 'bundle-corrupt' },
    { what: 'has another activation', kind: 'light', folder: () => edited('light', 'config.json', bytes => bytes.toString().replace('gelu_new', 'relu')), code: 'bundle-unsupported' },
    { what: 'has an adapter of another kind', kind: 'large', folder: () => edited('large', 'adapter_config.json', bytes => bytes.toString().replace('LORA', 'IA3')), code: 'bundle-unsupported' },
  ])('is refused when it $what', async ({ kind, folder, code }) => {
    await expect(open(kind, {}, folder())).rejects.toMatchObject({ code });
  });

  test('is refused when an adapter comes without its base', async () => {
    await expect(open('large', { baseFolder: undefined })).rejects.toMatchObject({ code: 'bundle-missing' });
  });
});
