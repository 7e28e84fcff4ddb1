import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOnnxRuntime } from '../../../../src/engine/runtime/koffiRuntime';
import { NativeHandle } from '../../../../src/engine/runtime/nativeHandle';
import type { OnnxRuntime } from '../../../../src/engine/runtime/onnxRuntime';
import { float32, float32Zeros, int32, int64 } from '../../../../src/engine/runtime/tensor';
import { temporaryFolder } from './temporaryFolder';
import { writeAddModel, writeIntegerModel, writeSlowModel, writeUnknownOperatorModel } from './tinyModels';

const folder = temporaryFolder();
const options = { threads: 1 };
let runtime: OnnxRuntime;

beforeAll(async () => {
  runtime = await createOnnxRuntime();
});

/** What every test must leave: the runtime's environment and memory description. Anything more is a leak. */
let alwaysLive = 0;
beforeEach(() => {
  alwaysLive = NativeHandle.live;
});
afterEach(() => {
  expect(NativeHandle.live).toBe(alwaysLive);
});

function vector(...values: readonly number[]) {
  return float32(Float32Array.from(values), [values.length]);
}

describe('the native runtime', () => {
  it('tells its version and the execution providers that it knows', () => {
    expect(runtime.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(runtime.providers).toContain('cpu');
  });

  it('reports which operators run on the CPU', async () => {
    const session = await runtime.load(writeAddModel(folder), options);
    expect(session.provider).toBe('cpu');
    expect([...session.cpuOperators]).toEqual(['Add']);
    session.dispose();
  });

  it('writes outputs in place, into buffers as small as one element', async () => {
    const session = await runtime.load(writeAddModel(folder), options);
    const sum = float32Zeros([3]);
    await session.run({ left: vector(1, 2, 3), right: vector(10, 20, 30) }, { sum });
    expect([...sum.data]).toEqual([11, 22, 33]);
    const one = float32Zeros([1]);
    await session.run({ left: vector(1), right: vector(2) }, { sum: one });
    expect([...one.data]).toEqual([3]);
    session.dispose();
  });

  it('accepts one buffer as input and output and repeats a binding with new contents', async () => {
    const session = await runtime.load(writeAddModel(folder), options);
    const total = vector(0, 0);
    const step = vector(1, 2);
    const binding = session.bind({ left: total, right: step }, { sum: total });
    await binding.run();
    await binding.run();
    step.data.set([10, 20]);
    await binding.run();
    expect([...total.data]).toEqual([12, 24]);
    session.dispose();
  });

  it('takes int64 and int32', async () => {
    const session = await runtime.load(writeIntegerModel(folder), options);
    const sum = float32Zeros([2]);
    await session.run({ wide: int64(BigInt64Array.of(1n, -5n), [2]), narrow: int32(Int32Array.of(7, 2), [2]) }, { sum });
    expect([...sum.data]).toEqual([8, -3]);
    session.dispose();
  });

  it('takes empty tensors', async () => {
    const session = await runtime.load(writeAddModel(folder), options);
    await session.run({ left: vector(), right: vector() }, { sum: vector() });
    session.dispose();
  });

  it('survives garbage collection between binding and running', async () => {
    const session = await runtime.load(writeAddModel(folder), options);
    const bindings = Array.from({ length: 50 }, (_, index) => {
      const sum = float32Zeros([4]);
      return { sum, binding: session.bind({ left: vector(index, index, index, index), right: vector(1, 1, 1, 1) }, { sum }) };
    });
    const garbage = Array.from({ length: 200 }, () => new Float32Array(50_000));
    expect(garbage).toHaveLength(200);
    for (const { binding } of bindings) {
      await binding.run();
    }
    expect(bindings.map(({ sum }) => sum.data[3])).toEqual(bindings.map((_, index) => index + 1));
    session.dispose();
  });
});

describe('errors of the runtime', () => {
  it.each([
    ['a missing graph', () => path.join(folder, 'none.onnx'), 'bundle-missing'],
    ['an operator that it does not know', () => writeUnknownOperatorModel(folder), 'bundle-unsupported'],
    [
      'bytes that are no graph',
      () => {
        const file = path.join(folder, 'garbage.onnx');
        writeFileSync(file, 'not a graph');
        return file;
      },
      'bundle-corrupt',
    ],
  ])('names %s', async (_, file, code) => {
    await expect(runtime.load(file(), options)).rejects.toMatchObject({ name: 'ShorthandError', code, message: expect.stringContaining('onnx') as unknown });
  });

  it("passes on ONNX Runtime's own text for wrong names, types and shapes", async () => {
    const session = await runtime.load(writeAddModel(folder), options);
    const sum = float32Zeros([2]);
    await expect(session.run({ left: vector(1, 2), wrong: vector(1, 2) }, { sum })).rejects.toMatchObject({ code: 'internal', message: /wrong/ });
    await expect(session.run({ left: vector(1, 2), right: int32(Int32Array.of(1, 2), [2]) }, { sum })).rejects.toMatchObject({ message: /int32/ });
    await expect(session.run({ left: vector(1, 2), right: vector(1, 2, 3) }, { sum })).rejects.toMatchObject({ code: 'internal' });
    await expect(session.run({ left: vector(1, 2, 3), right: vector(1, 2, 3) }, { sum })).rejects.toMatchObject({ message: /shape/i });
    await expect(session.run({ left: float32(new Float32Array(2), [3]), right: vector(1, 2, 3) }, { sum })).rejects.toMatchObject({ message: /left has 2 elements/ });
    session.dispose();
  });

  it('says what is missing when the library is not there', async () => {
    await expect(createOnnxRuntime({ packageFolder: folder })).rejects.toMatchObject({ code: 'runtime-unavailable', message: expect.stringContaining(process.platform) as unknown });
  });
});

describe('cancelling and disposing', () => {
  const size = 256;
  const matrix = float32(new Float32Array(size * size).fill(1e-3), [size, size]);

  it('ends a long run from the event loop and leaves the session usable', async () => {
    const session = await runtime.load(writeSlowModel(folder, 3000), options);
    // All of it takes far longer than the test may: 3000 products of 512 x 512 matrices.
    const large = float32Zeros([512, 512]);
    const binding = session.bind({ matrix: large }, { power: float32Zeros([512, 512]) });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    const started = performance.now();
    await expect(binding.run(abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - started).toBeLessThan(3000);
    const again = new AbortController();
    setTimeout(() => again.abort(), 20);
    await expect(binding.run(again.signal)).rejects.toMatchObject({ code: 'cancelled' });
    const power = float32Zeros([1, 1]);
    await session.run({ matrix: float32(Float32Array.of(1), [1, 1]) }, { power });
    expect([...power.data]).toEqual([1]);
    session.dispose();
  });

  it('does not start with a signal that has fired', async () => {
    const session = await runtime.load(writeAddModel(folder), options);
    await expect(session.run({ left: vector(1), right: vector(1) }, { sum: vector(0) }, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    session.dispose();
  });

  it('frees every native object, also when disposed during a run', async () => {
    const before = NativeHandle.live;
    const own = await createOnnxRuntime();
    const session = await own.load(writeSlowModel(folder, 3000), options);
    const binding = session.bind({ matrix }, { power: float32Zeros([size, size]) });
    const running = binding.run();
    own.dispose();
    expect(NativeHandle.live).toBeGreaterThan(before);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(NativeHandle.live).toBe(before);
    await expect(binding.run()).rejects.toMatchObject({ code: 'internal' });
    expect(() => session.bind({}, {})).toThrow(/disposed/);
    session.dispose();
    own.dispose();
  });

  it('refuses a second run of a binding that is running', async () => {
    const session = await runtime.load(writeSlowModel(folder, 20), options);
    const binding = session.bind({ matrix }, { power: float32Zeros([size, size]) });
    const running = binding.run();
    await expect(binding.run()).rejects.toThrow(/twice/);
    await running;
    session.dispose();
  });
});

describe('memory', () => {
  it('reports a tensor that is too large', () => {
    expect(() => float32Zeros([2 ** 20, 2 ** 20])).toThrow(expect.objectContaining({ code: 'out-of-memory' }) as Error);
  });
});
