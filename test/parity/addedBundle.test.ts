import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addModel } from '../../src/builder/addModel/addModel';
import type { AddModelParams, WeightType } from '../../src/common/builderProtocol';
import type { CompressorSpec, Ratio } from '../../src/common/bundle';
import { encoderInputs } from '../../src/engine/encoder/encoderInputs';
import { openBundle, type Bundle } from '../../src/engine/bundle/openBundle';
import { float32 } from '../../src/engine/runtime/tensor';
import { DecoderRun } from './support/decoderRun';
import { largestDifference, readExpected, relativeError, tokenIds } from './support/expected';
import { golden } from './support/files';
import { loadGraph, runGraph } from './support/runtime';

/** What `models add` makes, as the engine opens it, against the same references as its parts. */
async function added(change: Partial<AddModelParams>, weights: WeightType = 'fp32'): Promise<Bundle> {
  const modelsRoot = mkdtempSync(join(tmpdir(), 'shorthand-added-'));
  onTestFinished(() => rmSync(modelsRoot, { recursive: true, force: true }));
  const decoderFolder = golden('decoders', 'llama-3.1', 'decoder');
  const { folder } = await addModel({ modelsRoot, decoderFolder, decoderWeights: weights, encoderWeights: weights, block: 32, ...change });
  return openBundle(folder);
}

function compressorOf({ manifest: { compressor } }: Bundle): CompressorSpec {
  if (compressor === undefined) {
    throw new Error('The bundle has no compressor.');
  }
  return compressor;
}

async function encode(bundle: Bundle, window: Int32Array, ratio: Ratio): Promise<Float32Array> {
  const { encoder } = compressorOf(bundle);
  const { inputs, slots } = encoderInputs(encoder, [window], ratio);
  return runGraph(await loadGraph(bundle.file(encoder.graph)), inputs, 'slots', [1, slots, encoder.width]);
}

async function project(bundle: Bundle, slots: Float32Array): Promise<Float32Array> {
  const [projector] = compressorOf(bundle).projectors;
  const { graph = '', inWidth = 1, outWidth = 1 } = projector ?? {};
  const count = slots.length / inWidth;
  return runGraph(await loadGraph(bundle.file(graph)), { slots: float32(slots, [count, inWidth]) }, 'embeds', [count, outWidth]);
}

function specials(bundle: Bundle): Float32Array {
  const file = compressorOf(bundle).projectors[0]?.frame.specials ?? '';
  return new Float32Array(Uint8Array.from(readFileSync(bundle.file(file))).buffer);
}

describe('the bundle of a decoder', () => {
  const expected = readExpected('decoders/llama-3.1');

  test.each([['fp32', 1e-4], ['fp16', 0.002]] as const)('gives the logits of transformers in %s', async (weights, most) => {
    const bundle = await added({}, weights);
    const { decoder } = bundle.manifest;
    const run = new DecoderRun(await loadGraph(bundle.file(decoder.graph)), { ...decoder, inner: 0, epsilon: 0, rotary: undefined }, 32);
    const logits = await run.read(expected('inputs_embeds').data);
    const wanted = expected('prefill_logits').data;
    expect(weights === 'fp32' ? largestDifference(logits, wanted) : relativeError(logits, wanted)).toBeLessThan(most);
  });
});

describe.each([
  { name: 'release', bridge: 0 },
  { name: 'release-multi', bridge: 0 },
  { name: 'release-multi', bridge: 1 },
  { name: 'training', bridge: 0 },
])('the bundle of ARC, $name, bridge $bridge', ({ name, bridge }) => {
  const expected = readExpected(`arc/${name}`);

  test.each([['fp32', 1e-4], ['fp16', 0.002]] as const)('gives the slots, embeddings and special vectors of the reference in %s', async (weights, most) => {
    const bundle = await added({ compressor: { folder: golden('arc', name, 'checkpoint'), bridge } }, weights);
    for (const length of [1, 9, 256]) {
      const wanted = expected(`slots_${length}_8`).data;
      const slots = await encode(bundle, tokenIds(expected(`ids_${length}_8`)), 8);
      expect(weights === 'fp32' ? largestDifference(slots, wanted) : relativeError(slots, wanted), `${length} tokens`).toBeLessThan(most);
    }
    expect(largestDifference(await project(bundle, expected('slots_256_8').data), expected(`projected_${bridge}`).data)).toBeLessThan(1e-4);
    expect(largestDifference(await project(bundle, specials(bundle)), expected(`projected_specials_${bridge}`).data)).toBeLessThan(1e-4);
  });
});

describe.each(['light', 'large'])('the bundle of PCC, %s', kind => {
  const expected = readExpected(`pcc/${kind}`);

  test('gives the slots and embeddings of the reference', async () => {
    const compressor = { folder: golden('pcc', kind, 'checkpoint'), bridge: 0, ratio: 4, ...(kind === 'large' && { baseFolder: golden('pcc', 'large', 'base') }) } as const;
    const decoderFolder = mkdtempSync(join(tmpdir(), 'shorthand-pcc-'));
    onTestFinished(() => rmSync(decoderFolder, { recursive: true, force: true }));
    cpSync(golden('decoders', 'llama-3.1', 'decoder'), decoderFolder, { recursive: true });
    cpSync(golden('pcc', 'llama3_8b_special_token_patch.pt'), join(decoderFolder, 'llama3_8b_special_token_patch.pt'));
    const bundle = await added({ decoderFolder, compressor });
    for (const length of [1, 5, 256]) {
      const slots = await encode(bundle, tokenIds(expected(`ids_${length}`)), 4);
      expect(largestDifference(slots, expected(`slots_${length}_4`).data), `${length} tokens`).toBeLessThan(1e-4);
    }
    expect(largestDifference(await project(bundle, expected('slots_256_4').data), expected('projected_4').data)).toBeLessThan(1e-4);
    expect(specials(bundle)).toHaveLength(3 * 48);
  });
});
