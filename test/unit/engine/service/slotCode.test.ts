import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildBundle } from '../../../../src/builder/buildBundle';
import type { Ratio } from '../../../../src/common/bundle';
import type { EngineOptions } from '../../../../src/common/engineProtocol';
import type { DecoderSegment } from '../../../../src/engine/decoder/prompt';
import type { Engine } from '../../../../src/engine/service/engine';
import { provideSlots, slotId, slotKey, type SlotRequest } from '../../../../src/engine/service/provideSlots';
import { readWorkspace } from '../../../../src/engine/service/readWorkspace';
import { MeanSlots } from '../../../../src/engine/service/similarity';
import { framedSegments } from '../../../../src/engine/service/slotSegments';
import { rowBytes } from '../../../../src/engine/slots/slotEntry';
import { copyCodedCheckpoint } from '../../../parity/support/codedCheckpoint';
import { EngineBench, sampling, sourceOf, workspaceOf } from './support';

const bench = new EngineBench();
const bundleFolder = path.join(bench.folder, 'coded');
const root = bench.workspace('coded-workspace', { 'src/alpha.ts': sourceOf('alpha', 30), 'src/beta.ts': sourceOf('beta', 20) });
const workspace = workspaceOf(root);
/** Bytes of a slot in the golden's code. */
const slotBytes = 16;

beforeAll(async () => {
  const checkpointFolder = copyCodedCheckpoint(path.join(bench.folder, 'coded-checkpoint'));
  await buildBundle({ checkpointFolder, outputFolder: bundleFolder, quantisation: { encoder: { kind: 'fp32' }, decoder: { kind: 'fp32' } }, licence: 'Apache-2.0' });
});

const options = (): EngineOptions => ({ ...bench.options(), bundleFolder });

/** Every window of the workspace at one ratio. */
async function requests(engine: Engine, ratio: Ratio): Promise<readonly SlotRequest[]> {
  const { files } = await readWorkspace(engine.parts, workspace, undefined);
  return files.flatMap(file => file.windows.map(window => ({ window, ratio })));
}

describe('a bundle with a code for its slots', () => {
  test('keeps a byte for each part of a slot', async () => {
    const engine = await bench.open(options());
    const report = await engine.compress({ workspace });
    const onDisk = report.slots * slotBytes + report.windowsEncoded * rowBytes;
    expect(report).toMatchObject({ slotBytes: onDisk });
    expect(engine.memory()).toMatchObject({ slots: report.slots, bytes: onDisk });
    const { files } = await engine.files(workspace);
    expect(files.map(file => file.slotBytes)).toEqual(files.map(file => file.slots * slotBytes + file.windows * rowBytes));
    expect((await engine.ask({ question: 'What does beta0 do?', history: [], workspace, mentions: [], sampling })).context.slots).toBeGreaterThan(0);
  });

  test.each([4, 16] as const)('reads the same of slots that were encoded just now and of slots from the store, at %ix', async ratio => {
    const engine = await bench.open(options());
    const wanted = await requests(engine, ratio);
    const read = async (): Promise<readonly DecoderSegment[]> => {
      const slots = await provideSlots(engine.parts, wanted, { priority: 'answer' });
      return framedSegments(engine.parts, wanted.flatMap(({ window }) => slots.get(slotId(window.hash, ratio)) ?? []));
    };
    const fresh = await read();
    expect(fresh.length).toBeGreaterThan(wanted.length);
    expect(await read()).toEqual(fresh);
  });

  test('compares windows by the mean of what the code keeps', async () => {
    const engine = await bench.open(options());
    await engine.compress({ workspace });
    const wanted = await requests(engine, 8);
    const means = await new MeanSlots().of(engine.parts, wanted);
    expect(means.size).toBe(wanted.length);
    const { code, encoder: { spec: { width } } } = engine.parts.compressor!;
    for (const { key, codes, slotCount } of engine.parts.store.getMany(wanted.map(({ window }) => slotKey(engine.parts, window.hash, 8))).map(entry => entry!)) {
      const slots = await code.decode([codes]);
      const wantedMean = Array.from({ length: width }, (_, i) => Array.from({ length: slotCount }, (_row, slot) => slots[slot * width + i]! / slotCount).reduce((sum, value) => sum + value, 0));
      expect(Math.max(...wantedMean.map((value, i) => Math.abs(value - means.get(key.windowHash)![i]!)))).toBeLessThan(1e-4);
    }
    expect((await engine.search({ question: 'alpha3', workspace, limit: 3 }))[0]?.displayPath).toBe('src/alpha.ts');
  });

  test('shares a store with the same encoder without the code: each finds its own', async () => {
    const { storeFile } = bench.options();
    const coded = await bench.open({ ...options(), storeFile });
    const plain = await bench.open({ ...bench.options(), storeFile });
    const [first, second] = [await coded.compress({ workspace }), await plain.compress({ workspace })];
    expect([first.windowsEncoded, second.windowsEncoded]).toEqual([second.windowsEncoded, first.windowsEncoded]);
    expect(second.slotBytes).toBe(second.slots * 2 * 128 + second.windowsEncoded * rowBytes);
    expect(coded.memory().windows).toBe(first.windowsEncoded + second.windowsEncoded);
    expect((await coded.compress({ workspace })).windowsEncoded).toBe(0);
  });
});
