import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { OpenCompressor } from '../../src/builder/checkpoint/openCompressor';
import { openArc, type ArcOptions } from '../../src/builder/checkpoint/arc/openArc';
import { writeSpecials } from '../../src/builder/output/rawTables';
import { runEncoder, runProjector } from './support/encoderRun';
import { largestDifference, readExpected, relativeError, tokenIds } from './support/expected';
import { golden, temporaryFolder } from './support/files';

/** An implementation of ARC-Encoder of its own, in PyTorch and float32, computed the expected slots. */
const lengths = [1, 7, 8, 9, 255, 256, 1024];
const layouts = [
  { name: 'release', decoders: 1 },
  { name: 'release-multi', decoders: 2 },
  { name: 'training', decoders: 1 },
];
const float = { kind: 'fp32' } as const;

async function open(folder: string, change: Partial<ArcOptions> = {}): Promise<OpenCompressor> {
  const checkpoint = await openArc(folder, { decoder: 'tiny', decoderIndex: 0, window: 1024, ...change });
  onTestFinished(() => checkpoint.close());
  return checkpoint;
}

describe.each(layouts)('the layout $name', ({ name, decoders }) => {
  const expected = readExpected(`arc/${name}`);
  const folder = golden('arc', name, 'checkpoint');
  const window = (length: number, ratio: number) => tokenIds(expected(`ids_${length}_${ratio}`));

  test('every length gives the slots of the reference', async () => {
    const { encoder } = await open(folder);
    expect(encoder.config.ratios).toEqual([8]);
    const { encode } = await runEncoder(encoder, float);
    for (const length of lengths) {
      const slots = await encode([window(length, 8)], 8);
      expect(largestDifference(slots, expected(`slots_${length}_8`).data), `${length} tokens`).toBeLessThan(1e-4);
    }
  });

  test('several windows in a batch give the same slots as each alone', async () => {
    const { encode, width } = await runEncoder((await open(folder)).encoder, float);
    const together = [9, 256, 1, 7];
    const slots = await encode(together.map(length => window(length, 8)), 8);
    together.forEach((length, row) => {
      const wanted = expected(`slots_${length}_8`);
      const start = (row * slots.length) / together.length;
      expect(largestDifference(slots.slice(start, start + (wanted.shape[0] ?? 0) * width), wanted.data)).toBeLessThan(1e-4);
    });
  });

  test('another pooling factor can be chosen when it is loaded', async () => {
    const { encode } = await runEncoder((await open(folder, { ratios: [4] })).encoder, float);
    for (const length of [3, 5, 257]) {
      expect(largestDifference(await encode([window(length, 4)], 4), expected(`slots_${length}_4`).data), `${length} tokens`).toBeLessThan(1e-4);
    }
  });

  test.each(Array.from({ length: decoders }, (_, index) => index))('decoder %i has its own bridge and special tokens', async decoderIndex => {
    const { encoder, projector } = await open(folder, { decoderIndex });
    const project = await runProjector(projector);
    expect(largestDifference(await project(expected('slots_256_8').data), expected(`projected_${decoderIndex}`).data)).toBeLessThan(1e-4);
    const file = join(temporaryFolder(), 'specials.f32');
    await writeSpecials(file, encoder.tensors, encoder.config.shape.width);
    const specials = new Float32Array(Uint8Array.from(readFileSync(file)).buffer);
    expect(largestDifference(specials, expected(`specials_${decoderIndex}`).data)).toBe(0);
    expect(largestDifference(await project(specials), expected(`projected_specials_${decoderIndex}`).data)).toBeLessThan(1e-4);
  });

  test('fp16 gives the same slots but for its rounding', async () => {
    const { encode } = await runEncoder((await open(folder)).encoder, { kind: 'fp16' });
    expect(relativeError(await encode([window(256, 8)], 8), expected('slots_256_8').data)).toBeLessThan(0.002);
  });

  test('int8 stays near the reference', async () => {
    const { encode } = await runEncoder((await open(folder)).encoder, { kind: 'int8' });
    expect(relativeError(await encode([window(256, 8)], 8), expected('slots_256_8').data)).toBeLessThan(0.09);
  });
});

describe('a checkpoint that can not be used', () => {
  const damaged = (damage: (folder: string) => void): string => {
    const folder = join(temporaryFolder(), 'checkpoint');
    cpSync(golden('arc', 'release', 'checkpoint'), folder, { recursive: true });
    damage(folder);
    return folder;
  };
  const edited = (from: string, to: string) =>
    damaged(folder => {
      const file = join(folder, 'ARC8_Encoder_tiny.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
    });

  test.each([
    { what: 'pools in another way', folder: () => edited('mean_pooled_queries', 'last'), code: 'bundle-unsupported', says: 'pool_type' },
    { what: 'pools in several layers', folder: () => edited('  - -8', '  - -2\n  - -4'), code: 'bundle-unsupported', says: 'compress_rates' },
    { what: 'has a ratio that is not offered', folder: () => edited('- -8', '- -5'), code: 'bundle-unsupported', says: '5 tokens' },
    { what: 'is no YAML', folder: () => edited('embedder_args:', '\t{'), code: 'bundle-corrupt', says: 'YAML' },
    { what: 'lacks its weights', folder: () => damaged(folder => rmSync(join(folder, 'model.safetensors'))), code: 'bundle-missing', says: 'model.safetensors' },
    { what: 'is not there', folder: () => join(temporaryFolder(), 'nothing'), code: 'bundle-missing', says: 'nothing' },
  ])('is refused when it $what', async ({ folder, code, says }) => {
    await expect(open(folder())).rejects.toMatchObject({ code, message: expect.stringContaining(says) as string });
  });
});
