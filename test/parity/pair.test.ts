import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addModel } from '../../src/builder/addModel/addModel';
import { openBundle } from '../../src/engine/bundle/openBundle';
import { parseItems, scoreItem, type ItemScores } from '../../src/engine/service/evaluate';
import { openEngine } from '../../src/engine/service/openEngine';
import { golden, temporaryFolder } from './support/files';

const pair = golden('pair-tiny');
const closing: (() => void)[] = [];
afterAll(() => closing.forEach(close => close()));

/** A bundle of the tiny decoder and the compressor that was paired with it. */
async function addPair(): Promise<string> {
  const { folder } = await addModel({
    modelsRoot: temporaryFolder(),
    decoderFolder: join(pair, 'decoder'),
    compressor: { folder: join(pair, 'compressor'), bridge: 0 },
    decoderWeights: 'fp32',
    encoderWeights: 'fp32',
    block: 32,
    id: 'pair',
  });
  return folder;
}

test('a compressor that training paired with a decoder becomes a bundle, each with its own tokenizer', async () => {
  const { manifest } = await openBundle(await addPair());
  expect(manifest).toMatchObject({
    decoder: { architecture: 'llama', vocabulary: 320, prompt: { kind: 'plain', bos: '<|begin_of_text|>' }, tokenizer: { file: 'tokenizer.json' } },
    compressor: {
      tokenizer: { kind: 'byte-level-bpe', file: 'compressor-tokenizer.json' },
      encoder: { kind: 'arc', layers: 2, width: 32, vocabulary: 512, window: 256, ratios: [4, 8, 16] },
      projectors: [{ decoder: manifest.decoder.id, inWidth: 32, outWidth: 32, frame: { kind: 'arc' } }],
    },
  });
});

test('the engine reads its slots as training does', async () => {
  const folder = await addPair();
  const engine = await openEngine({ bundleFolder: folder, storeFile: join(folder, '..', 'slots.db'), storeBudgetBytes: 2 ** 24, threads: 1, provider: 'cpu', positions: 0 });
  closing.push(() => engine.dispose());
  const text = readFileSync(join(pair, 'items.jsonl'), 'utf8');
  const expected = text.trim().split('\n').map(line => (JSON.parse(line) as { readonly expected: Record<string, number> }).expected);
  expect(expected).toHaveLength(2);
  for (const [i, item] of parseItems(text).entries()) {
    const { byContext } = await scoreItem(engine.parts, item, AbortSignal.timeout(60_000));
    const computed = { none: 'none', full: 'full', wrong8: "wrong file's slots 8x", slots4: 'slots 4x', slots8: 'slots 8x', slots16: 'slots 16x' };
    for (const [name, context] of Object.entries(computed)) {
      expect(perToken(byContext[context]), `${name} of item ${i}`).toBeCloseTo(expected[i]?.[name] ?? NaN, 2);
    }
  }
});

function perToken(score: ItemScores['byContext'][string] | undefined): number {
  return score === undefined ? NaN : score.nll / score.tokens;
}
