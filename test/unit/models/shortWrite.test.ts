import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bundleScript } from '../bundleScript';
import { tempFolder } from '../engine/workspace/tempFolder';
import { ModelServer } from './modelServer';

// A limit of files' sizes (8 blocks of 512 or 1,024 bytes) cuts a write short, as a disk does that is nearly full.
test.runIf(process.platform !== 'win32')('a file whose end did not get onto the disk is not taken for complete', async () => {
  const content = Buffer.alloc(20_000, 'x');
  const server = await ModelServer.start([{ path: 'notes.txt', content }]);
  const folder = tempFolder();
  const script = bundleScript(path.join(__dirname, 'downloadChild.ts'), folder);
  const url = `${server.url}/some/model/resolve/${'a'.repeat(40)}/notes.txt`;
  const target = path.join(folder, 'notes.txt');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, script, url, target, String(content.length), sha256]);
  expect(stdout).toMatch(/EFBIG|too large/);
  expect(existsSync(target)).toBe(false);
});
