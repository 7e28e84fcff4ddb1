import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../../../src/engine/bundle/parseManifest';
import { decoderBytes, estimateMemory, fittingPositions, totalBytes } from '../../../../src/engine/memory/estimate';
import { requireMemory } from '../../../../src/engine/memory/requireMemory';
import { openEngine } from '../../../../src/engine/service/openEngine';
import { EngineBench } from '../service/support';

const file = path.resolve(import.meta.dirname, '../../../../models/shorthand-nano/bundle.json');
const manifest = parseManifest(readFileSync(file, 'utf8'), file);
const bench = new EngineBench();

describe('the memory of a model', () => {
  it('is that of its weights, of the cache for its positions and of a run', () => {
    const small = estimateMemory(manifest, 1024, 512);
    const large = estimateMemory(manifest, 4096, 512);
    expect(small.weights).toBeGreaterThan(manifest.files.reduce((sum, { bytes }) => sum + bytes, 0));
    // A key and a value, 2 heads of 64 in float32, in each of 6 layers.
    expect(large.cache - small.cache).toBe(3072 * 2 * 2 * 64 * 4 * 6);
    expect(totalBytes(large)).toBeGreaterThan(150e6);
    expect(totalBytes(large)).toBeLessThan(500e6);
    expect(decoderBytes(manifest)).toBe(manifest.files.filter(({ path: name }) => /^decoder\.onnx/.test(name)).reduce((sum, { bytes }) => sum + bytes, 0));
  });

  it('takes fewer positions where the weights leave less, unless they were asked for', () => {
    const all = fittingPositions(manifest, 0, 1024, 64e9);
    expect(all).toBe(manifest.decoder.positions);
    const tight = totalBytes(estimateMemory(manifest, 2000, 1024));
    const fewer = fittingPositions(manifest, 0, 1024, tight);
    expect([fewer, totalBytes(estimateMemory(manifest, fewer, 1024)) <= tight]).toEqual([2000, true]);
    expect(fittingPositions(manifest, 3000, 1024, tight)).toBe(3000);
    expect(fittingPositions(manifest, 0, 1024, 1e6)).toBe(1024);
  });

  it('holds an encoder alone where there is one', () => {
    const { compressor, ...plain } = manifest;
    expect(compressor).toBeDefined();
    expect(estimateMemory(plain, 1024, 512).workspace).toBeLessThan(estimateMemory(manifest, 1024, 512).workspace);
  });

  it('is refused with the numbers and with advice where there is less', () => {
    const estimate = { weights: 4e9, cache: 1e9, workspace: 5e8 };
    expect(() => requireMemory('large', estimate, 5.5e9)).not.toThrow();
    expect(() => requireMemory('large', estimate, 5e9)).toThrow(expect.objectContaining({
      code: 'model-too-large',
      message: expect.stringMatching(/^large needs 5500 MB of memory \(4000 MB for weights, 1000 MB for the context, 500 MB beside them\), and 5000 MB are free\. Close other programs, take fewer positions/) as string,
    }) as Error);
  });

  it('is looked at before anything is loaded, and told by an engine that runs', async () => {
    await expect(openEngine(bench.options(), { availableBytes: () => 50e6 })).rejects.toMatchObject({ code: 'model-too-large' });
    const engine = await bench.open();
    expect(engine.info.memoryBytes).toBeGreaterThan(100e6);
    expect(engine.info.memoryBytes).toBeLessThan(400e6);
  });
});
