import { expect, test } from 'vitest';
import { ForgottenFiles } from '../../../src/host/memory/forgottenFiles';
import { memento } from './fakes';

test('what was forgotten stays so over a reload, and until it is compressed again', async () => {
  const state = memento();
  const forgotten = new ForgottenFiles(state);
  await forgotten.add(['/w/a.ts', '/w/b/c.ts', '/w/b/d.ts']);
  expect([...new ForgottenFiles(state).all]).toEqual(['/w/a.ts', '/w/b/c.ts', '/w/b/d.ts']);
  await forgotten.takeBack(['/w/b/c.ts', '/w/never.ts']);
  expect([...forgotten.all]).toEqual(['/w/a.ts', '/w/b/d.ts']);
  await forgotten.takeBack();
  expect([...new ForgottenFiles(state).all]).toEqual([]);
});

test('it goes along when a file or folder is renamed', async () => {
  const forgotten = new ForgottenFiles(memento());
  await forgotten.add(['/w/a/x.ts', '/w/ab.ts']);
  await forgotten.move('/w/a', '/w/c');
  expect([...forgotten.all]).toEqual(['/w/c/x.ts', '/w/ab.ts']);
});
