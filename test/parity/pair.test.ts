import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { addModel } from '../../src/builder/addModel/addModel';
import { openBundle } from '../../src/engine/bundle/openBundle';
import { parseItems } from '../../src/engine/evaluate/items';
import { scoreItem, type ItemScores } from '../../src/engine/evaluate/scoreItem';
import { writeItem } from '../../src/engine/evaluate/writeItem';
import type { EngineParts } from '../../src/engine/service/engineParts';
import { openEngine } from '../../src/engine/service/openEngine';
import { golden, temporaryFolder } from './support/files';

const pair = golden('pair-tiny');
const closing: (() => void)[] = [];
afterAll(() => closing.forEach(close => close()));

type Kind = 'arc' | 'pcc';

/** A bundle of the tiny decoder and a compressor that was paired with it. */
async function addPair(kind: Kind): Promise<string> {
  const { folder } = await addModel({
    modelsRoot: temporaryFolder(),
    decoderFolder: join(pair, 'decoder'),
    compressor: { folder: join(pair, kind, 'compressor'), bridge: 0 },
    decoderWeights: 'fp32',
    encoderWeights: 'fp32',
    block: 32,
    id: 'pair',
  });
  return folder;
}

async function openPair(kind: Kind): Promise<EngineParts> {
  const folder = await addPair(kind);
  const engine = await openEngine({ bundleFolder: folder, storeFile: join(folder, '..', 'slots.db'), storeBudgetBytes: 2 ** 24, threads: 1, provider: 'cpu', positions: 0 });
  closing.push(() => engine.dispose());
  return engine.parts;
}

describe.each([
  ['arc', {}],
  ['pcc', { maxMemoryTokens: 64, memory: 'by-place' }],
] as const)('a compressor of %s that training paired with a decoder', (kind, more) => {
  const items = parseItems(readFileSync(join(pair, kind, 'items.jsonl'), 'utf8'));

  test('becomes a bundle, each with its own tokenizer', async () => {
    const { manifest } = await openBundle(await addPair(kind));
    expect(manifest).toMatchObject({
      decoder: { architecture: 'llama', vocabulary: 320, prompt: { kind: 'plain', bos: '<|begin_of_text|>' }, tokenizer: { file: 'tokenizer.json' } },
      compressor: {
        tokenizer: { kind: 'byte-level-bpe', file: 'compressor-tokenizer.json' },
        encoder: { kind, layers: 2, width: 32, vocabulary: 512, window: 256, ratios: [4, 8, 16], ...more },
        projectors: [{ decoder: manifest.decoder.id, inWidth: 32, outWidth: 32, frame: { kind: 'arc', recall: 'path-first' } }],
      },
    });
  });

  test('has slots that the engine reads as training does', async () => {
    const parts = await openPair(kind);
    const continuations = items.filter(item => item.kind === 'continuation');
    expect(continuations).toHaveLength(2);
    for (const item of continuations) {
      const { byContext } = await scoreItem(parts, item, AbortSignal.timeout(60_000));
      for (const context of ['none', 'full', "wrong file's slots 8x", 'slots 4x', 'slots 8x', 'slots 16x']) {
        expect(perToken(byContext[context]), `${context} of item ${item.id}`).toBeCloseTo(byContext[context]?.training ?? NaN, 2);
      }
    }
  });

  test('has slots behind which the engine writes what training writes', async () => {
    const parts = await openPair(kind);
    const kinds = new Set<string>();
    for (const item of items) {
      if (item.kind === 'continuation') {
        continue;
      }
      const { written } = await writeItem(parts, item, AbortSignal.timeout(60_000));
      expect(written).toHaveLength(item.kind === 'reconstruction' ? 5 : 6);
      for (const { context, text, training } of written) {
        // The engine does not show half a character.
        expect(text.replace(/\uFFFD+$/, ''), `${item.kind}, ${context}`).toBe(training?.replace(/\uFFFD+$/, ''));
      }
      kinds.add(item.kind);
    }
    expect([...kinds]).toEqual(['reconstruction', 'nextLine', 'question']);
  });
});

function perToken(score: ItemScores['byContext'][string] | undefined): number {
  return score === undefined ? NaN : score.nll / score.tokens;
}
