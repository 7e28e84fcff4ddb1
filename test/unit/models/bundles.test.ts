import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { modelFolderKind } from '../../../src/models/store/folderKind';
import { bundleFolder, importBundle, listBundles, readBundle, removeBundle } from '../../../src/models/store/bundles';

const shipped = path.resolve(import.meta.dirname, '../../../models/shorthand-nano');
const folders: string[] = [];
afterAll(() => folders.forEach(folder => rmSync(folder, { recursive: true, force: true })));

function temporary(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'shorthand-bundles-'));
  folders.push(folder);
  return folder;
}

describe('a finished bundle', () => {
  it('is copied with every file compared, listed, and removed with its size', async () => {
    const root = temporary();
    const imported = await importBundle(root, shipped);
    expect(imported.folder).toBe(bundleFolder(root, 'shorthand-nano'));
    expect(await listBundles(root)).toEqual([imported]);
    expect(await importBundle(root, imported.folder)).toMatchObject({ folder: imported.folder });
    expect(await removeBundle(imported)).toBe(imported.bytes);
    expect(readdirSync(path.join(root, 'bundles'))).toEqual([]);
  });

  it('is refused when a file is damaged, and leaves the one that is there', async () => {
    const [root, copy] = [temporary(), path.join(temporary(), 'copy')];
    const good = await importBundle(root, shipped);
    cpSync(shipped, copy, { recursive: true });
    writeFileSync(path.join(copy, 'specials.f32'), Buffer.alloc(2048, 1));
    await expect(importBundle(root, copy)).rejects.toMatchObject({ code: 'bundle-corrupt', message: expect.stringContaining('specials.f32') as string });
    expect(await listBundles(root)).toEqual([good]);
    expect(readdirSync(path.join(root, 'bundles'))).toEqual(['shorthand-nano']);
  });

  it('is stopped by a cancellation and leaves nothing behind', async () => {
    const root = temporary();
    await expect(importBundle(root, shipped, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(bundleFolder(root, 'shorthand-nano'))).toBe(false);
    expect(await listBundles(root)).toEqual([]);
  });

  it('is not one without a manifest that is understood', async () => {
    const folder = temporary();
    expect(await readBundle(folder)).toBeUndefined();
    await expect(importBundle(temporary(), folder)).rejects.toMatchObject({ code: 'bundle-missing' });
    writeFileSync(path.join(folder, 'bundle.json'), '{"format": 99}');
    expect(await readBundle(folder)).toBeUndefined();
  });
});

describe('a folder', () => {
  it('is told by its files', async () => {
    const root = temporary();
    const make = (name: string, ...files: string[]): string => {
      const folder = path.join(root, name);
      mkdirSync(folder);
      files.forEach(file => writeFileSync(path.join(folder, file), ''));
      return folder;
    };
    expect(await modelFolderKind(make('a', 'bundle.json'))).toBe('bundle');
    expect(await modelFolderKind(make('b', 'config.json', 'complete.json', 'model.safetensors'))).toBe('fetched');
    expect(await modelFolderKind(make('c', 'config.json', 'model.safetensors.index.json'))).toBe('hugging-face');
    expect(await modelFolderKind(make('d', 'config.json'))).toBeUndefined();
    expect(await modelFolderKind(path.join(root, 'none'))).toBeUndefined();
  });
});
