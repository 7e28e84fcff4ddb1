import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addModel } from '../../src/builder/addModel/addModel';
import { buildBundle } from '../../src/builder/buildBundle';
import { openBundle, type Bundle } from '../../src/engine/bundle/openBundle';
import { openSlotCode } from '../../src/engine/codes/openSlotCode';
import type { SlotCode } from '../../src/engine/codes/slotCode';
import { createOnnxRuntime } from '../../src/engine/runtime/koffiRuntime';
import type { OnnxRuntime } from '../../src/engine/runtime/onnxRuntime';
import { copyCodedCheckpoint } from './support/codedCheckpoint';
import { largestDifference, readExpected, relativeError } from './support/expected';
import { float32Tensor, golden, temporaryFolder, writeSafetensors } from './support/files';

const expected = readExpected('slot-code-tiny');
const [width, parts] = [128, 16];

async function build(checkpointFolder: string): Promise<Bundle> {
  const outputFolder = join(temporaryFolder(), 'bundle');
  await buildBundle({ checkpointFolder, outputFolder, quantisation: { encoder: { kind: 'fp32' }, decoder: { kind: 'fp32' } }, licence: 'Apache-2.0' });
  return openBundle(outputFolder);
}

const coded = (): Promise<Bundle> => build(copyCodedCheckpoint(join(temporaryFolder(), 'checkpoint')));

describe('the code of a bundle', () => {
  let runtime: OnnxRuntime;
  beforeAll(async () => {
    runtime = await createOnnxRuntime();
  });
  afterAll(() => runtime.dispose());

  async function open(): Promise<SlotCode> {
    const bundle = await coded();
    const { compressor } = bundle.manifest;
    expect(compressor?.encoder.slotCode).toMatchObject({ kind: 'product', parts, partWidth: 8, centroids: 256 });
    return openSlotCode(runtime, bundle, compressor!, { threads: 1 });
  }

  test('names the centroids that training names, and gives back the slots that it gives back', async () => {
    const code = await open();
    const { data: slots, shape: [count = 0] } = expected('slots');
    expect(code.slotBytes).toBe(parts);
    // Windows of several lengths, an empty one among them.
    const ends = [0, 1, 1, 20, count];
    const windows = ends.map((end, i) => slots.subarray((ends[i - 1] ?? 0) * width, end * width));
    const codes = await code.encode(windows);
    expect(codes.map(({ length }) => length / parts)).toEqual(ends.map((end, i) => end - (ends[i - 1] ?? 0)));
    expect(codes.flatMap(window => [...window])).toEqual([...expected('codes').data]);
    const decoded = await code.decode(codes);
    expect(relativeError(decoded, expected('decoded').data)).toBeLessThan(1e-5);
    const means = await code.means(codes);
    for (const [i, mean] of means.entries()) {
      const rows = expected('decoded').data.subarray((ends[i - 1] ?? 0) * width, ends[i]! * width);
      const wanted = Array.from({ length: width }, (_, k) => (rows.length === 0 ? 0 : rows.filter((_value, at) => at % width === k).reduce((sum, value) => sum + value / (rows.length / width), 0)));
      expect(largestDifference(mean, wanted)).toBeLessThan(1e-4);
    }
  });

  test('takes more slots than fit a step, and none', async () => {
    const code = await open();
    const { data: slots } = expected('slots');
    const many = Array.from({ length: 20 }, () => slots);
    const codes = await code.encode(many);
    expect(codes.every(window => Buffer.compare(window, codes[0]!) === 0)).toBe(true);
    expect([...codes[0]!]).toEqual([...expected('codes').data]);
    expect(await code.encode([])).toEqual([]);
    expect(await code.decode([])).toHaveLength(0);
    expect(await code.means([])).toEqual([]);
  });
});

test('an encoder that keeps its slots in another code is another encoder', async () => {
  const [without, one] = [await build(golden('bundle-tiny')), await coded()];
  expect(without.manifest.compressor?.encoder.slotCode).toBeUndefined();
  const other = copyCodedCheckpoint(join(temporaryFolder(), 'checkpoint'));
  const weights = join(other, 'slot-code', 'model.safetensors');
  const bytes = readFileSync(weights);
  bytes[bytes.length - 2]! ^= 1;
  writeFileSync(weights, bytes);
  const ids = [without, one, await build(other)].map(bundle => bundle.encoderId);
  expect(new Set(ids).size).toBe(3);
});

/** Writes a code of any size with random values beside an encoder; `width` values a slot. */
function writeRandomCode(exported: string, width: number, parts: number, centroids: number): void {
  const folder = join(exported, 'slot-code');
  const tensor = (rows: number, columns: number) => float32Tensor(Float32Array.from({ length: rows * columns }, () => Math.random() - 0.5), [rows, columns]);
  const partWidth = Math.ceil(width / parts);
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ kind: 'product', width, parts, part_width: partWidth, centroids }));
  writeSafetensors(join(folder, 'model.safetensors'), {
    forth: tensor(width, parts * partWidth),
    back: tensor(parts * partWidth, width),
    centroids: tensor(parts * centroids, partWidth),
  });
}

test('a compressor that was paired with a decoder brings its code along', async () => {
  const exported = join(temporaryFolder(), 'compressor');
  cpSync(golden('pair-tiny', 'arc', 'compressor'), exported, { recursive: true });
  const source = { modelsRoot: temporaryFolder(), decoderFolder: golden('pair-tiny', 'decoder'), decoderWeights: 'fp32', encoderWeights: 'fp32', block: 32 } as const;
  const plain = await addModel({ ...source, compressor: { folder: exported, bridge: 0 }, id: 'plain' });
  writeRandomCode(exported, 32, 5, 9);
  const { folder } = await addModel({ ...source, compressor: { folder: exported, bridge: 0 }, id: 'coded' });
  const bundle = await openBundle(folder);
  expect(bundle.manifest.compressor?.encoder.slotCode).toMatchObject({ kind: 'product', parts: 5, partWidth: 7, centroids: 9 });
  expect(bundle.encoderId).not.toBe((await openBundle(plain.folder)).encoderId);
  const runtime = await createOnnxRuntime();
  try {
    const code = await openSlotCode(runtime, bundle, bundle.manifest.compressor!, { threads: 1 });
    const [codes = new Uint8Array(0)] = await code.encode([new Float32Array(3 * 32).fill(1)]);
    expect(codes).toHaveLength(3 * 5);
    expect(Math.max(...codes)).toBeLessThan(9);
    expect(await code.decode([codes])).toHaveLength(3 * 32);
  } finally {
    runtime.dispose();
  }
});

test('a code for slots of another width is refused', async () => {
  const folder = copyCodedCheckpoint(join(temporaryFolder(), 'checkpoint'));
  const config = join(folder, 'slot-code', 'config.json');
  writeFileSync(config, readFileSync(config, 'utf8').replace('"width": 128', '"width": 64'));
  await expect(build(folder)).rejects.toMatchObject({ code: 'bundle-corrupt' });
});
