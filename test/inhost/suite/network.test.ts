import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import { before, describe, it } from 'mocha';
import type { NetworkUse } from '../network.mjs';
import { canSeeProcesses, enginePids, internetSockets } from '../support/processes';
import { compressWorkspace, shorthand } from '../support/shorthand';

/** What network.mjs recorded in the extension host and the processes that it started. */
function recorded(): NetworkUse[] {
  const file = process.env['SHORTHAND_TEST_NETWORK'] ?? assert.fail('no recording');
  const lines = fs.readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line): NetworkUse => JSON.parse(line) as NetworkUse);
}

describe('network', () => {
  before(function () {
    if (process.env['SHORTHAND_TEST_NETWORK'] === undefined) {
      this.skip();
    }
  });

  it('is recorded in this process', async () => {
    await new Promise(resolve => net.connect(9, '127.0.0.1').on('error', resolve));
    assert.ok(recorded().some(({ pid, kind, detail }) => pid === process.pid && kind === 'connect' && detail.includes('9')));
  });

  it('is recorded in the engine', async function () {
    if (!canSeeProcesses) {
      this.skip();
    }
    await compressWorkspace();
    const [pid] = enginePids();
    assert.ok(recorded().some(use => use.pid === pid && use.kind === 'start'));
  });

  it('is used by no code of the extension', () => {
    const folder = shorthand().extensionPath;
    const uses = recorded().filter(({ kind, entry, stack }) => kind !== 'start' && (entry.startsWith(folder) || stack.includes(folder)));
    assert.deepEqual(uses, []);
  });

  it('sockets are absent from the engine process', function () {
    if (!canSeeProcesses) {
      this.skip();
    }
    const [pid] = enginePids();
    assert.ok(pid);
    assert.deepEqual(internetSockets(pid), []);
  });
});
