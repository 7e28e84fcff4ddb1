import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Tokenizer as Oracle } from '@huggingface/tokenizers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWindows } from '../../../src/cli/bench/workload';
import { measureFirstToken } from '../../../src/cli/bench/firstToken';
import type { Engine } from '../../../src/engine/service/engine';
import { scoreItem, summariseScores, type ItemScores } from '../../../src/engine/evaluate/scoreItem';
import { openEngine } from '../../../src/engine/service/openEngine';
import type { IndexedWindow } from '../../../src/engine/service/workspaceIndex';

const repository = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'shorthand-shipped-'));
let engine: Engine;
let windows: readonly IndexedWindow[];

beforeAll(async () => {
  engine = await openEngine({
    bundleFolder: path.join(repository, 'models', 'shorthand-nano'),
    storeFile: path.join(folder, 'slots.db'),
    storeBudgetBytes: 2 ** 28,
    threads: 2,
    positions: 0,
    provider: 'cpu',
  });
  // Shorthand's own sources are in no training split.
  const roots = ['src/engine', 'src/host', 'src/builder'].map(name => ({ path: path.join(repository, name), name, excludes: [], excluded: [] }));
  windows = (await readWindows(engine.parts, roots, AbortSignal.timeout(60_000))).filter(window => window.tokenCount > 100);
});

afterAll(() => {
  engine.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe('the shipped bundle', () => {
  it('is what its manifest says, and runs on a real provider', () => {
    expect(engine.info).toMatchObject({ bundleId: 'shorthand-nano', decoderPositions: 4096, window: 256, ratios: [4, 8, 16] });
  });

  it('has a tokenizer whose ids are those of the other implementation', () => {
    const { bundle, tokenizer } = engine.parts;
    const json = JSON.parse(readFileSync(bundle.file(bundle.manifest.decoder.tokenizer.file), 'utf8')) as object;
    // Without special tokens it reads every text as plain text, as ours always does.
    const oracle = new Oracle({ ...json, added_tokens: [] }, {});
    const code = readFileSync(path.join(repository, 'node_modules/typescript/lib/typescript.js'), 'utf8').slice(0, 2_000_000);
    for (let start = 0; start < code.length; start += 100_000) {
      const part = code.slice(start, start + 100_000);
      expect(Buffer.from(tokenizer.encode(part).buffer).equals(Buffer.from(Int32Array.from(oracle.encode(part).ids).buffer)), `at ${start}`).toBe(true);
    }
  });

  it("predicts code of a repository that training never saw better from the right file's slots than from a wrong file's or from nothing", async () => {
    const scores: ItemScores[] = [];
    const consecutive = windows.flatMap((window, i) => {
      const next = windows[i + 1];
      return next !== undefined && next.firstLine === window.lastLine + 1 ? [{ window, next }] : [];
    });
    const step = Math.max(1, Math.floor(consecutive.length / 64));
    const items = consecutive.filter((_, i) => i % step === 0).slice(0, 64);
    for (const [i, { window, next }] of items.entries()) {
      const wrong = items[(i + Math.floor(items.length / 2)) % items.length];
      const item = {
        kind: 'continuation' as const,
        id: i,
        file: { path: 'src/file.ts', windows: [window.text], wrongWindows: [wrong?.window.text ?? ''] },
        target: next.text.split('\n', 12).join('\n'),
        expected: {},
      };
      scores.push(await scoreItem(engine.parts, item, AbortSignal.timeout(60_000)));
    }
    const nll = new Map(summariseScores(scores).map(({ name, nllPerToken }) => [name, nllPerToken]));
    const at = (name: string): number => nll.get(name) ?? NaN;
    expect(items.length).toBe(64);
    expect(at('full')).toBeLessThan(at('none'));
    for (const ratio of [4, 8, 16]) {
      expect(at(`slots ${ratio}x`)).toBeLessThan(at('none'));
      expect(at(`slots ${ratio}x`)).toBeLessThan(at(`wrong file's slots ${ratio}x`));
    }
  }, 180_000);

  it('reads eight times fewer positions from slots than from text', async () => {
    const chosen = windows.slice(0, 12);
    const { rawPositions, slotPositions, tokens } = await measureFirstToken(engine.parts, chosen, 8, 1);
    expect(rawPositions).toBeGreaterThan(tokens);
    expect(slotPositions).toBeLessThan(tokens / 7);
  });
});
