import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builderProtocol, type AddModelParams, type AddModelProgress } from '../../../src/common/builderProtocol';
import { toDisposable } from '../../../src/common/disposable';
import { RpcClient } from '../../../src/common/rpc/client';
import { buildScripts } from '../engine/service/engineBuild';
import { publishArc, publishDecoder, publishLlama } from './published';

const folder = mkdtempSync(path.join(tmpdir(), 'shorthand-builder-'));
const started: ChildProcess[] = [];
let script: string;
let modelsRoot: string;

beforeAll(async () => {
  script = path.join(await buildScripts('builder'), 'builder.js');
  // Large enough that a signal arrives while it is read.
  publishLlama(path.join(folder, 'decoder'), 48, 150_000);
  publishArc(path.join(folder, 'arc'), 'release');
  publishDecoder(path.join(folder, 'tokens'), 'llama-3.1');
}, 240_000);
beforeEach(() => {
  modelsRoot = mkdtempSync(path.join(folder, 'models-'));
});
afterEach(() => started.splice(0).forEach(child => child.kill('SIGKILL')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the builder as VS Code does. */
function start(): { readonly child: ChildProcess; readonly client: RpcClient<typeof builderProtocol> } {
  const child = fork(script, [], { serialization: 'advanced', execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  started.push(child);
  const client = new RpcClient(builderProtocol, {
    send: message => child.connected && child.send(message as never),
    onMessage: listener => {
      child.on('message', listener);
      return toDisposable(() => child.off('message', listener));
    },
    onClose: listener => {
      const closed = (): void => listener('The builder process ended.');
      child.once('exit', closed);
      return toDisposable(() => child.off('exit', closed));
    },
  });
  return { child, client };
}

const params = (root: string): AddModelParams => ({
  modelsRoot: root,
  decoderFolder: path.join(folder, 'decoder'),
  compressor: { folder: path.join(folder, 'arc'), baseFolder: path.join(folder, 'tokens'), bridge: 0 },
  decoderWeights: 'int8',
  encoderWeights: 'int8',
  block: 32,
});

const contents = (bundle: string): Record<string, string> =>
  Object.fromEntries(readdirSync(bundle).sort().map(name => [name, readFileSync(path.join(bundle, name)).toString('base64')]));

/** Calls back once something of the decoder is written. */
const onceInDecoder = (callback: () => void): ((progress: AddModelProgress) => void) => {
  let entered: number | undefined;
  return ({ step, done }) => {
    if (step === 'decoder') {
      entered ??= done;
      if (done > entered) {
        callback();
      }
    }
  };
};

describe('the builder process', { timeout: 240_000 }, () => {
  it('is killed in the middle of a build: the next one goes on after what was finished, and the bundle has the same bytes', async () => {
    const whole = await start().client.call('add', params(path.join(modelsRoot, 'whole')));
    const first = start();
    const run = first.client.call('add', params(modelsRoot), { onProgress: onceInDecoder(() => first.child.kill('SIGKILL')) });
    await expect(run).rejects.toMatchObject({ code: 'engine-crashed' });
    expect(readdirSync(path.join(modelsRoot, 'bundles')).filter(name => name.endsWith('~partial'))).toHaveLength(1);

    const encoderSeen: number[] = [];
    const second = start().client.call('add', params(modelsRoot), { onProgress: ({ step, done }) => step === 'encoder' && encoderSeen.push(done) });
    const added = await second;
    expect(added).toMatchObject({ existed: false, bytes: whole.bytes });
    // Two reports, before and after, of a part that is there; a written one has more.
    expect(encoderSeen).toHaveLength(2);
    expect(contents(added.folder)).toEqual(contents(whole.folder));
    expect(readdirSync(path.join(modelsRoot, 'bundles'))).toEqual([added.id]);
  });

  it('cancels a build, answers the next call, and throws away what is left', async () => {
    const { client } = start();
    const cancel = new AbortController();
    await expect(client.call('add', params(modelsRoot), { signal: cancel.signal, onProgress: onceInDecoder(() => cancel.abort()) })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(client.call('add', { ...params(modelsRoot), decoderFolder: path.join(folder, 'nothing') })).rejects.toMatchObject({ code: 'bundle-missing' });
    expect(await client.call('discard', { modelsRoot })).toBeGreaterThan(0);
    expect(readdirSync(path.join(modelsRoot, 'bundles')).filter(name => name.endsWith('~partial'))).toEqual([]);
  });

  it('makes a bundle once for two windows that ask for it', async () => {
    const both = await Promise.all([start(), start()].map(({ client }) => client.call('add', params(modelsRoot))));
    expect(both.map(({ existed }) => existed).sort()).toEqual([false, true]);
  });
});
