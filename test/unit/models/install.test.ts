import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lookUpModel } from '../../../src/models/hub/hubClient';
import { completeFile, listModels, modelFolder } from '../../../src/models/store/installedModel';
import { importModel, installModel, removeModel, type InstallProgress } from '../../../src/models/store/installModel';
import { wantedFiles } from '../../../src/models/store/wantedFiles';
import { ModelServer, type Fault } from './modelServer';

const folders: string[] = [];
afterAll(() => folders.forEach(folder => rmSync(folder, { recursive: true, force: true })));

const weights = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31) % 251));
const files = [
  { path: 'config.json', content: Buffer.from('{"model_type":"llama"}') },
  { path: 'nested dir/tokenizer.json', content: Buffer.from('{}') },
  { path: 'model.safetensors', content: weights, large: true },
];
const quick = { retryMs: 5 };

function temporary(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'shorthand-models-'));
  folders.push(folder);
  return folder;
}

async function prepare(...faults: Fault[]) {
  const server = await ModelServer.start(files);
  server.fault('model.safetensors', ...faults);
  const model = await lookUpModel('some/model', 'main', { endpoint: server.url });
  const root = temporary();
  return { server, model, root, folder: modelFolder(root, model.id, model.revision) };
}

describe('an installation', () => {
  it('fetches every file, with progress, and is listed once it is complete', async () => {
    const { model, root } = await prepare();
    const seen: InstallProgress[] = [];
    const installed = await installModel(root, model, { ...quick, onProgress: progress => seen.push(progress) });
    expect(readFileSync(path.join(installed.folder, 'model.safetensors')).equals(weights)).toBe(true);
    expect(readFileSync(path.join(installed.folder, 'nested dir/tokenizer.json'), 'utf8')).toBe('{}');
    expect(installed).toMatchObject({ id: 'some/model', licence: 'apache-2.0', revision: 'a'.repeat(40) });
    expect(await listModels(root)).toEqual([installed]);
    expect(seen.at(-1)).toMatchObject({ filesTotal: 3, bytes: installed.bytes, bytesTotal: installed.bytes });
    expect(seen.every((progress, i) => progress.bytes >= (seen[i - 1]?.bytes ?? 0))).toBe(true);
  });

  it('does not fetch what is there, and contacts nobody', async () => {
    const { server, model, root } = await prepare();
    await installModel(root, model, quick);
    const requests = server.ranges.length;
    await installModel(root, model, quick);
    expect(server.ranges).toHaveLength(requests);
  });

  it('goes on from where a lost connection ended', async () => {
    const { server, model, root } = await prepare({ kind: 'drop', after: 100_000 }, { kind: 'drop', after: 50_000 }, { kind: 'none' });
    const { folder } = await installModel(root, model, quick);
    expect(readFileSync(path.join(folder, 'model.safetensors')).equals(weights)).toBe(true);
    expect(server.ranges.filter(range => range !== undefined).length).toBeGreaterThan(0);
  });

  it('goes on in a later call, after the first one was cancelled', async () => {
    const { server, model, root, folder } = await prepare({ kind: 'silent' }, { kind: 'none' });
    const cancel = new AbortController();
    const first = installModel(root, model, { ...quick, signal: cancel.signal, onProgress: ({ file, bytes }) => file === 'model.safetensors' && bytes > 24 && cancel.abort() });
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(path.join(folder, 'model.safetensors'))).toBe(false);
    expect(await listModels(root)).toEqual([]);
    await installModel(root, model, quick);
    expect(server.ranges.at(-1)).toBe('bytes=10-');
    expect(await listModels(root)).toHaveLength(1);
  });

  it('starts over with a server that knows no ranges', async () => {
    const { model, root } = await prepare({ kind: 'drop', after: 100_000 }, { kind: 'no-ranges' });
    const { folder } = await installModel(root, model, quick);
    expect(readFileSync(path.join(folder, 'model.safetensors')).equals(weights)).toBe(true);
  });

  it('ends a connection that brings nothing any more, and tries again', async () => {
    const { model, root } = await prepare({ kind: 'silent' }, { kind: 'none' });
    const { folder } = await installModel(root, model, { ...quick, stallMs: 100 });
    expect(readFileSync(path.join(folder, 'model.safetensors')).equals(weights)).toBe(true);
  });

  it.each<{ what: string; faults: Fault[] }>([
    { what: 'announces too little', faults: [{ kind: 'lie', length: 1000 }] },
    { what: 'serves other bytes', faults: [{ kind: 'wrong-bytes' }] },
    { what: 'serves more than it announced', faults: [{ kind: 'longer' }] },
  ])('refuses what a server sends that $what', async ({ faults }) => {
    const { model, root, folder } = await prepare(...faults);
    await expect(installModel(root, model, quick)).rejects.toMatchObject({ code: 'download-corrupt' });
    expect(readdirSync(folder)).not.toContain('model.safetensors');
    expect(await listModels(root)).toEqual([]);
  });

  it('throws wrong bytes of an earlier attempt away and fetches the file anew', async () => {
    const { model, root } = await prepare({ kind: 'wrong-bytes' }, { kind: 'none' });
    const { folder } = await installModel(root, model, quick);
    expect(readFileSync(path.join(folder, 'model.safetensors')).equals(weights)).toBe(true);
  });

  it('gives up on a server that only fails, and says why', async () => {
    const { model, root } = await prepare({ kind: 'status', status: 503 });
    await expect(installModel(root, model, quick)).rejects.toMatchObject({ code: 'network-failed', message: expect.stringContaining('503') as string });
  });

  it.each([
    { status: 403, code: 'access-denied' },
    { status: 404, code: 'model-not-found' },
  ])('does not repeat a request that is answered $status', async ({ status, code }) => {
    const { server, model, root } = await prepare({ kind: 'status', status });
    await expect(installModel(root, model, quick)).rejects.toMatchObject({ code });
    expect(server.ranges).toHaveLength(3);
  });

  it('is made by one window when two ask for it', async () => {
    const { server, model, root } = await prepare();
    const [one, other] = await Promise.all([installModel(root, model, quick), installModel(root, model, quick)]);
    expect(one).toEqual(other);
    expect(server.ranges).toHaveLength(files.length);
    expect(readdirSync(root)).toHaveLength(1);
  });

  it('takes over the lock of a window that has died', async () => {
    const { model, root, folder } = await prepare();
    writeFileSync(`${folder}.lock`, '999999999');
    utimesSync(`${folder}.lock`, new Date(0), new Date(0));
    expect(await installModel(root, model, quick)).toMatchObject({ id: 'some/model' });
  });

  it('does not begin on a disk without room', async () => {
    const { server, model, root } = await prepare();
    const huge = { ...model, files: [...model.files, { path: 'x.safetensors', url: `${server.url}/x`, bytes: 1e15, hash: { kind: 'sha256', value: '' } as const }] };
    await expect(installModel(root, huge, quick)).rejects.toMatchObject({ code: 'disk-full' });
    expect(server.ranges).toHaveLength(0);
  });
});

describe('a model on this machine', () => {
  it('can be taken to another machine as a folder, and is compared with its hashes there', async () => {
    const { model, root } = await prepare();
    const { folder } = await installModel(root, model, quick);
    const elsewhere = temporary();
    const imported = await importModel(elsewhere, folder);
    expect(await listModels(elsewhere)).toEqual([imported]);
    writeFileSync(path.join(folder, 'model.safetensors'), Buffer.alloc(weights.length));
    await expect(importModel(temporary(), folder)).rejects.toMatchObject({ code: 'bundle-corrupt', message: expect.stringContaining('model.safetensors') as string });
    await expect(importModel(temporary(), temporary())).rejects.toMatchObject({ code: 'bundle-missing' });
  });

  it('does not count when a file is missing or its list is damaged', async () => {
    const { model, root } = await prepare();
    const { folder } = await installModel(root, model, quick);
    rmSync(path.join(folder, 'config.json'));
    expect(await listModels(root)).toEqual([]);
    writeFileSync(path.join(folder, completeFile), '{"id": 3}');
    expect(await listModels(root)).toEqual([]);
  });

  it('is removed with its size', async () => {
    const { model, root } = await prepare();
    const installed = await installModel(root, model, quick);
    expect(await removeModel(installed)).toBe(installed.bytes);
    expect(installed.bytes).toBeGreaterThan(statSync(root).size);
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('the hub', () => {
  it('gets a token only for what is looked up there, and no token without one', async () => {
    const server = await ModelServer.start(files);
    await lookUpModel('some/model', 'main', { endpoint: server.url });
    await lookUpModel('some/model', 'main', { endpoint: server.url, token: 'hf_secret' });
    expect(server.tokens).toEqual([undefined, undefined, 'Bearer hf_secret', 'Bearer hf_secret']);
  });

  it('says that a model is not there, or that it can not be reached', async () => {
    const server = await ModelServer.start(files);
    await expect(lookUpModel('some/other', 'main', { endpoint: server.url })).rejects.toMatchObject({ code: 'model-not-found' });
    await expect(lookUpModel('../etc/passwd', 'main', { endpoint: server.url })).rejects.toMatchObject({ code: 'model-not-found' });
    await expect(lookUpModel('some/model', 'main', { endpoint: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'network-failed' });
  });

  it('refuses a list of files that leads out of the folder', async () => {
    const server = await ModelServer.start([{ path: '../../evil.json', content: Buffer.from('x') }]);
    await expect(lookUpModel('some/model', 'main', { endpoint: server.url })).rejects.toMatchObject({ code: 'invalid-message' });
  });

  it('names the files that are worth fetching', async () => {
    const all = ['README.md', 'config.json', 'consolidated.safetensors', 'model-00001-of-00002.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin', 'memory_converter.bin', 'model.gguf', 'LICENSE'];
    const server = await ModelServer.start(all.map(name => ({ path: name, content: Buffer.from(name) })));
    const { files: listed } = await lookUpModel('some/model', 'main', { endpoint: server.url });
    expect(wantedFiles(listed).map(file => file.path)).toEqual(['config.json', 'model-00001-of-00002.safetensors', 'model.safetensors.index.json', 'memory_converter.bin', 'LICENSE']);
  });
});
