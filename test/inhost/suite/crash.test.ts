import assert from 'node:assert/strict';
import fs from 'node:fs';
import { before, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { canSeeProcesses, enginePid, enginePids } from '../support/processes';
import { compressWorkspace, inWorkspace, memoryOf } from '../support/shorthand';

const copies = 150;

/** Enough new text to keep the encoder busy for a while. */
function writeMuchCode(): void {
  const source = fs.readFileSync(inWorkspace('rpc/client.ts').fsPath, 'utf8');
  fs.mkdirSync(inWorkspace('copies').fsPath, { recursive: true });
  for (let copy = 0; copy < copies; copy++) {
    fs.writeFileSync(inWorkspace(`copies/client${copy}.ts`).fsPath, `// Copy ${copy}.\n${source.replaceAll('Client', `Client${copy}`)}`);
  }
}

describe('a crash of the engine', () => {
  before(function () {
    if (!canSeeProcesses) {
      this.skip();
    }
    writeMuchCode();
  });

  it('in the middle of a compression is survived', async () => {
    const pid = await enginePid();
    let settled = false;
    const compression = compressWorkspace().finally(() => (settled = true));
    await eventually(async () => assert.equal((await memoryOf('copies', 'client0.ts'))?.state, 'compressed'));
    assert.equal(settled, false, 'the compression is under way');
    process.kill(pid, 'SIGKILL');
    const report = await compression;
    assert.ok(report.files > copies, `${report.files} files`);
    assert.notEqual(await enginePid(), pid, 'another engine finished it');
    assert.equal((await compressWorkspace()).windowsEncoded, 0, 'nothing was left to encode');
  });

  it('leaves one new engine', () => {
    assert.equal(enginePids().length, 1);
  });
});
