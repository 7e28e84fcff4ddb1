import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { isIndexed, WorkspaceIndex } from '../../../../src/engine/service/workspaceIndex';
import { openByteLevelBpe } from '../../../../src/engine/tokenizer/byteLevelBpe';
import { tempFolder, writeFiles } from '../workspace/tempFolder';
import { tinyCheckpoint } from './support';

const index = new WorkspaceIndex({ tokenizer: openByteLevelBpe(readFileSync(path.join(tinyCheckpoint, 'tokenizer.json'), 'utf8')), most: 64 });

it('reads a file again that could not be read before, though its size and time are the same', async () => {
  const folder = tempFolder();
  const candidate = { kind: 'candidate', path: path.join(folder, 'a.ts'), displayPath: 'a.ts', bytes: 12, modifiedMs: 1, unsavedText: undefined } as const;
  expect(await index.read(candidate, undefined)).toMatchObject({ reason: 'deleted' });
  writeFiles(folder, { 'a.ts': 'const a = 1;' });
  const file = await index.read(candidate, undefined);
  expect(isIndexed(file) && file.windows.map(window => window.text)).toEqual(['const a = 1;']);
});
