import { readFileSync, rmSync, statSync, truncateSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { addModel, type AddModelOptions } from '../../../src/builder/addModel/addModel';
import { discardPartials } from '../../../src/builder/addModel/partialFolders';
import type { AddModelProgress } from '../../../src/common/builderProtocol';
import { AddBench, contents, manifestOf } from './addBench';

const bench = new AddBench();

/** Stops a build in a step, once something of it is written. */
function cancelAt(step: AddModelProgress['step'], options: AddModelOptions = {}): AddModelOptions {
  const controller = new AbortController();
  let entered: number | undefined;
  return {
    ...options,
    signal: controller.signal,
    onProgress: progress => {
      if (progress.step === step) {
        entered ??= progress.done;
        if (progress.done > entered) {
          controller.abort();
        }
      }
    },
  };
}

describe('an interrupted build', () => {
  test.each(['encoder', 'decoder', 'embeddings'] as const)('goes on in the middle of %s and ends with the same bytes', async step => {
    const whole = contents((await addModel(bench.withArc({ id: 'model' }))).folder);
    rmSync(bench.bundle(''), { recursive: true });

    const marks = { bytesBetweenMarks: 4096 };
    await expect(addModel(bench.withArc({ id: 'model' }), cancelAt(step, marks))).rejects.toMatchObject({ code: 'cancelled' });
    expect(bench.bundles()).toEqual(['model~partial']);
    const journal = JSON.parse(readFileSync(path.join(bench.bundle('model~partial'), 'journal.json'), 'utf8')) as { complete: { path: string }[]; growing?: { bytes: number } };
    const finished = journal.complete.map(({ path: name }) => path.join(bench.bundle('model~partial'), name));
    finished.forEach(file => utimesSync(file, 1, 1));

    const seen: AddModelProgress[] = [];
    let missing = 0;
    const requireSpace = (_: string, bytes: number) => Promise.resolve(void (missing = bytes));
    const { folder, bytes } = await addModel(bench.withArc({ id: 'model' }), { ...marks, onProgress: progress => seen.push(progress), requireSpace });
    expect(contents(folder)).toEqual(whole);
    expect(missing).toBeLessThan(bytes);
    for (const file of finished) {
      expect(statSync(path.join(folder, path.basename(file))).mtimeMs, file).toBe(1000);
    }
  });

  test('starts anew when the source or an option is another, and nothing is written twice when none is', async () => {
    await expect(addModel(bench.withArc({ id: 'model' }), cancelAt('decoder'))).rejects.toMatchObject({ code: 'cancelled' });
    const encoder = path.join(bench.bundle('model~partial'), 'encoder.onnx.data');
    utimesSync(encoder, 1, 1);
    const first = await addModel(bench.withArc({ id: 'model', decoderWeights: 'int4' }));
    expect(statSync(path.join(first.folder, 'encoder.onnx.data')).mtimeMs).not.toBe(1000);

    utimesSync(path.join(first.folder, 'encoder.onnx.data'), 1, 1);
    expect(await addModel(bench.withArc({ id: 'model', decoderWeights: 'int4' }))).toEqual({ ...first, existed: true });
    expect(statSync(path.join(first.folder, 'encoder.onnx.data')).mtimeMs).toBe(1000);
    expect(await addModel(bench.withArc({ id: 'model', decoderWeights: 'int8' }))).toMatchObject({ existed: false });
    expect(manifestOf(first.folder).decoder.quantisation.kind).toBe('int8');
    expect(bench.bundles()).toEqual(['model']);
  });

  test('a finished bundle that was damaged since is made again', async () => {
    const first = await addModel(bench.params('llama'));
    const whole = contents(first.folder);
    truncateSync(path.join(first.folder, 'decoder.onnx.data'), 1000);
    expect(await addModel(bench.params('llama'))).toEqual({ ...first, existed: false });
    expect(contents(first.folder)).toEqual(whole);
  });

  test('keeps the bundle that is there until it is complete, and can be thrown away', async () => {
    const before = contents((await addModel(bench.params('llama', { id: 'model' }))).folder);
    await expect(addModel(bench.withArc({ id: 'model' }), cancelAt('decoder'))).rejects.toMatchObject({ code: 'cancelled' });
    expect(contents(bench.bundle('model'))).toEqual(before);
    expect(await discardPartials(bench.modelsRoot)).toBeGreaterThan(100_000);
    expect(bench.bundles()).toEqual(['model']);
    expect(await discardPartials(path.join(bench.modelsRoot, 'nowhere'))).toBe(0);
  });

  test('does not trust a finished file that was cut since', async () => {
    const whole = contents((await addModel(bench.withArc({ id: 'model' }))).folder);
    rmSync(bench.bundle(''), { recursive: true });
    await expect(addModel(bench.withArc({ id: 'model' }), cancelAt('decoder'))).rejects.toMatchObject({ code: 'cancelled' });
    truncateSync(path.join(bench.bundle('model~partial'), 'encoder.onnx.data'), 1000);
    expect(contents((await addModel(bench.withArc({ id: 'model' }))).folder)).toEqual(whole);
  });
});
