import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ratios } from '../../../../src/common/bundle';
import { Projector } from '../../../../src/engine/encoder/projector';
import { SlotEncoder } from '../../../../src/engine/encoder/slotEncoder';
import { createOnnxRuntime } from '../../../../src/engine/runtime/koffiRuntime';
import { NativeHandle } from '../../../../src/engine/runtime/nativeHandle';
import type { OnnxRuntime } from '../../../../src/engine/runtime/onnxRuntime';
import { buildEncoderBundle, readGoldens, relativeError } from './goldens';
import { temporaryFolder } from './temporaryFolder';

const options = { threads: 1 };
const lengths = [1, 3, 4, 5, 17, 64, 255, 256];
const tolerance = 1e-3;
let runtime: OnnxRuntime;

beforeAll(async () => {
  runtime = await createOnnxRuntime();
});
afterAll(() => {
  runtime.dispose();
  expect(NativeHandle.live).toBe(0);
});

describe.each(['arc', 'pcc'] as const)('the %s encoder', kind => {
  const goldens = readGoldens(`encoder-${kind}-tiny`);
  const windows = lengths.map(length => Int32Array.from(goldens.get(`ids_${length}`)!.values));
  const folder = temporaryFolder();
  let encoder: SlotEncoder;
  let projector: Projector;

  beforeAll(async () => {
    const bundle = await buildEncoderBundle(folder, kind);
    encoder = await SlotEncoder.open(runtime, bundle, bundle.manifest.compressor!, options);
    projector = await Projector.open(runtime, bundle, bundle.manifest.compressor!, options);
  });
  afterAll(() => {
    encoder.dispose();
    projector.dispose();
  });

  it.each(ratios)('equals the reference at ratio %d, in batches of unequal windows', async ratio => {
    const slots = await encoder.encode(windows, ratio);
    for (const [index, length] of lengths.entries()) {
      const expected = goldens.get(`slots_${length}_${ratio}`)!;
      expect(slots[index]).toHaveLength(encoder.slotCount(length, ratio) * encoder.spec.width);
      expect(relativeError(slots[index]!, expected.values), `${length} tokens`).toBeLessThan(tolerance);
    }
  });

  it('gives a window the same slots alone and in any company', async () => {
    const together = await encoder.encode(windows, 8);
    for (const [index, window] of windows.entries()) {
      const [alone] = await encoder.encode([window], 8);
      expect(relativeError(together[index]!, alone!), `${window.length} tokens`).toBeLessThan(1e-5);
    }
    const reversed = await encoder.encode([...windows].reverse(), 8);
    expect(reversed.reverse().map(slots => slots.length)).toEqual(together.map(slots => slots.length));
  });

  it('projects slots and special vectors as the reference does', async () => {
    const [slots] = await encoder.encode([windows[4]!], 4);
    expect(relativeError(await projector.project(slots!), goldens.get('projected_17_4')!.values)).toBeLessThan(tolerance);
    expect(relativeError([...projector.special('rec'), ...projector.special('cont')], goldens.get('projected_rec_cont')!.values)).toBeLessThan(tolerance);
    expect(() => projector.special('mem')).toThrow(/no "mem"/);
    expect(await projector.project(new Float32Array(0))).toHaveLength(0);
    await expect(projector.project(new Float32Array(63))).rejects.toMatchObject({ code: 'internal' });
  });

  it('gives an empty window no slots and takes no windows', async () => {
    const slots = await encoder.encode([new Int32Array(0), windows[0]!, new Int32Array(0)], 16);
    expect(slots.map(({ length }) => length)).toEqual([0, encoder.slotCount(1, 16) * 64, 0]);
    expect(await encoder.encode([], 4)).toEqual([]);
  });

  it('refuses a window that is too long and a ratio that it was not trained for', async () => {
    await expect(encoder.encode([new Int32Array(257)], 8)).rejects.toMatchObject({ code: 'internal', message: expect.stringMatching(/257/) as unknown });
    await expect(encoder.encode([], 5 as 4)).rejects.toMatchObject({ code: 'internal' });
  });

  it('keeps what was encoded before it was cancelled', async () => {
    const abort = new AbortController();
    const many = Array.from({ length: 40 }, () => windows[6]!);
    const kept: number[] = [];
    const encoding = encoder.encode(many, 8, {
      signal: abort.signal,
      onWindow: (index, slots) => {
        expect(slots).toHaveLength(encoder.slotCount(255, 8) * 64);
        kept.push(index);
        abort.abort();
      },
    });
    await expect(encoding).rejects.toMatchObject({ code: 'cancelled' });
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(many.length);
    expect(await encoder.encode([windows[0]!], 8)).toHaveLength(1);
  });
});
