import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildBundle, buildSteps, type BuildOptions, type BuildProgress } from '../../src/builder/buildBundle';
import { decodeFloats } from '../../src/builder/safetensors/floats';
import { ratios } from '../../src/common/bundle';
import { openBundle } from '../../src/engine/bundle/openBundle';
import { float32 } from '../../src/engine/runtime/tensor';
import { DecoderRun } from './support/decoderRun';
import { readExpected, relativeError, tokenIds } from './support/expected';
import { golden, temporaryFolder } from './support/files';
import { loadGraph, runGraph } from './support/runtime';

const expected = readExpected('bundle-tiny');
const quantisation: BuildOptions['quantisation'] = { encoder: { kind: 'int8' }, decoder: { kind: 'int8', block: 128 } };

function options(change: Partial<BuildOptions> = {}): BuildOptions {
  return { checkpointFolder: golden('bundle-tiny'), outputFolder: join(temporaryFolder(), 'bundle'), quantisation, licence: 'Apache-2.0', ...change };
}

describe('a whole bundle', () => {
  test('opens in the engine, and names what it holds', async () => {
    const build = options();
    const manifest = await buildBundle(build);
    const bundle = await openBundle(build.outputFolder);
    expect(bundle.manifest).toEqual(manifest);
    const tokenizer = { kind: 'byte-level-bpe', file: 'tokenizer.json' };
    expect(manifest).toMatchObject({
      id: 'tiny',
      licence: 'Apache-2.0',
      decoder: { architecture: 'qwen3', positions: 512, quantisation: { kind: 'int8', block: 128 }, tokenizer, prompt: { kind: 'roles', user: '<|user|>' } },
      compressor: {
        tokenizer,
        encoder: { kind: 'arc', layers: 2, width: 128, window: 256, ratios: [4, 8, 16], quantisation: { kind: 'int8', block: 256 } },
        projectors: [{ decoder: manifest.decoder.id, inWidth: 128, outWidth: 128, frame: { kind: 'arc', specials: 'specials.f32', recall: 'path-first' } }],
      },
    });
    expect(readdirSync(build.outputFolder).filter(name => name !== 'bundle.json').sort()).toEqual(manifest.files.map(file => file.path).sort());
    expect(readFileSync(join(build.outputFolder, 'specials.f32'))).toHaveLength(2 * 128 * 4);
  });

  test('the decoder answers slots, special vectors and text as training computes it', async () => {
    const build = options();
    const { decoder } = await buildBundle(build);
    const graph = (name: string) => loadGraph(join(build.outputFolder, name));
    const bytes = new Uint8Array(readFileSync(join(build.outputFolder, decoder.embeddings)));
    const table = decodeFloats(bytes, 'F16');
    const lookUp = (ids: Int32Array) => [...ids].flatMap(id => [...table.subarray(id * decoder.width, (id + 1) * decoder.width)]);
    const specials = decodeFloats(new Uint8Array(readFileSync(join(build.outputFolder, 'specials.f32'))), 'F32');
    const projector = await graph('projector.onnx');
    const project = (slots: Float32Array) => runGraph(projector, { slots: float32(slots, [slots.length / 128, 128]) }, 'embeds', [slots.length / 128, 128]);
    const session = await graph('decoder.onnx');
    const shape = { ...decoder, inner: 0, epsilon: 0, rotary: { theta: 0, size: 0, scaling: { kind: 'none' }, layout: 'halves' } } as const;
    for (const ratio of ratios) {
      const tail = tokenIds(expected('tail_ids'));
      const prompt = Float32Array.from([
        ...lookUp(tokenIds(expected('head_ids'))),
        ...(await project(expected(`slots_0_${ratio}`).data)),
        ...(await project(expected(`slots_1_${ratio}`).data)),
        ...(await project(specials.slice(128))),
        ...lookUp(tail),
      ]);
      const logits = await new DecoderRun(session, shape, 512).read(prompt);
      const wanted = expected(`logits_${ratio}`);
      expect(relativeError(logits.slice(-wanted.data.length), wanted.data), `${ratio}x`).toBeLessThan(0.03);
    }
  });

  test('reports every step with growing counts', async () => {
    const seen: BuildProgress[] = [];
    await buildBundle(options({ onProgress: progress => seen.push(progress) }));
    expect([...new Set(seen.map(progress => progress.step))]).toEqual([...buildSteps]);
    expect(seen.every((progress, i) => seen[i - 1]?.step !== progress.step || (seen[i - 1]?.bytes ?? 0) < progress.bytes)).toBe(true);
  });
});

describe('a failed build', () => {
  test.each([...buildSteps])('leaves nothing behind when it is cancelled at %s', async step => {
    const controller = new AbortController();
    const build = options({ signal: controller.signal, onProgress: progress => progress.step === step && controller.abort() });
    await expect(buildBundle(build)).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(dirname(build.outputFolder))).toEqual([]);
  });

  test('leaves an older bundle as it was; a finished one replaces it', async () => {
    const build = options();
    await buildBundle(build);
    writeFileSync(join(build.outputFolder, 'stale.bin'), 'old');
    const manifest = readFileSync(join(build.outputFolder, 'bundle.json'), 'utf8');
    const damaged = damagedCheckpoint(folder => truncateSync(join(folder, 'decoder', 'model.safetensors'), 5000));
    await expect(buildBundle({ ...build, checkpointFolder: damaged })).rejects.toMatchObject({ code: 'bundle-corrupt' });
    expect(readFileSync(join(build.outputFolder, 'bundle.json'), 'utf8')).toBe(manifest);
    await buildBundle(build);
    expect(existsSync(join(build.outputFolder, 'stale.bin'))).toBe(false);
    expect(readdirSync(dirname(build.outputFolder))).toEqual(['bundle']);
  });

  test.each([
    { name: 'a part is absent', code: 'bundle-missing', damage: (folder: string) => rmSync(join(folder, 'encoder', 'model.safetensors')) },
    { name: 'the tokenizer is absent', code: 'bundle-missing', damage: (folder: string) => rmSync(join(folder, 'tokenizer.json')) },
    { name: 'the template names an unknown token', code: 'bundle-corrupt', damage: edit('bundle-meta.json', '<|user|>', '<|human|>') },
    { name: 'the projector is for another decoder', code: 'bundle-corrupt', damage: edit('projector/config.json', 'tiny-decoder', 'other') },
    { name: 'the decoder has more tensors than its family', code: 'bundle-unsupported', damage: edit('decoder/config.json', '"qwen3"', '"llama"') },
    { name: 'positions are scaled in an unknown way', code: 'bundle-unsupported', damage: edit('decoder/config.json', '"rope_scaling": null', '"rope_scaling": {"rope_type": "dynamic"}') },
    { name: 'the decoder is of an unknown family', code: 'bundle-unsupported', damage: edit('decoder/config.json', '"qwen3"', '"gpt_neox"') },
    { name: 'a configuration is no JSON', code: 'bundle-corrupt', damage: edit('encoder/config.json', '{', '') },
    { name: 'a configuration contradicts its tensors', code: 'bundle-corrupt', damage: edit('encoder/config.json', '"intermediate_size": 256', '"intermediate_size": 255') },
  ])('says why: $name', async ({ code, damage }) => {
    const build = options({ checkpointFolder: damagedCheckpoint(damage) });
    await expect(buildBundle(build)).rejects.toMatchObject({ code });
    expect(readdirSync(dirname(build.outputFolder))).toEqual([]);
  });
});

function damagedCheckpoint(damage: (folder: string) => void): string {
  const folder = join(temporaryFolder(), 'checkpoint');
  cpSync(golden('bundle-tiny'), folder, { recursive: true });
  damage(folder);
  return folder;
}

function edit(path: string, from: string, to: string): (folder: string) => void {
  return folder => {
    const file = join(folder, path);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
  };
}
