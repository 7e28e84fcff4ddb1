import { expect, test } from 'vitest';
import { TensorStore } from '../../src/builder/safetensors/tensorStore';
import { startProjector } from './support/encoderRun';
import { readExpected, relativeError } from './support/expected';
import { golden } from './support/files';

test.each([
  { name: 'encoder-arc-tiny', projector: 'projector', tensor: 'projected' },
  { name: 'encoder-arc-tiny', projector: 'projector-pcc', tensor: 'projected_pcc' },
  { name: 'encoder-pcc-tiny', projector: 'projector', tensor: 'projected' },
])('$projector of $name gives the embeddings of the PyTorch reference', async ({ name, projector, tensor }) => {
  const expected = readExpected(name);
  const project = await startProjector(golden(name, projector));
  for (const suffix of ['17_4', '256_8', '1_16']) {
    expect(relativeError(await project(expected(`slots_${suffix}`).data), expected(`${tensor}_${suffix}`).data)).toBeLessThan(1e-5);
  }
});

test('the special vectors pass the projector', async () => {
  const expected = readExpected('encoder-arc-tiny');
  const project = await startProjector(golden('encoder-arc-tiny', 'projector'));
  const store = await TensorStore.open(golden('encoder-arc-tiny', 'encoder'));
  const specials = [...(await store.vector('rec_tok.weight', 64)), ...(await store.vector('cont_tok.weight', 64))];
  await store.close();
  expect(relativeError(await project(Float32Array.from(specials)), expected('projected_rec_cont').data)).toBeLessThan(1e-5);
});
