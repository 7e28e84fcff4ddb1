import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ShorthandError } from '../../../src/common/errors';
import type { OpenFile, WorkspaceRoot } from '../../../src/common/workspace';
import type { ScanEntry } from '../../../src/scan/candidate';
import { readSource } from '../../../src/engine/workspace/readSource';
import { scanFiles } from '../../../src/scan/scanFiles';
import { scanWorkspace, type ScanOptions } from '../../../src/scan/scanWorkspace';
import { tempFolder, writeFiles } from '../engine/workspace/tempFolder';

const root = (folder: string, excludes: readonly string[] = [], name = 'app'): WorkspaceRoot => ({ path: folder, name, excludes: [...excludes], excluded: [] });

async function collect(entries: AsyncIterable<ScanEntry>): Promise<ScanEntry[]> {
  const out: ScanEntry[] = [];
  for await (const entry of entries) {
    out.push(entry);
  }
  return out;
}

const names = (entries: readonly ScanEntry[]) => entries.flatMap(entry => (entry.kind === 'candidate' ? [entry.displayPath] : []));
const skips = (folder: string, entries: readonly ScanEntry[]) =>
  Object.fromEntries(entries.flatMap(entry => (entry.kind === 'skipped' ? [[path.relative(folder, entry.skipped.path).replaceAll('\\', '/'), entry.skipped.reason]] : [])));
const scan = (folder: string, excludes: readonly string[] = [], options: ScanOptions = {}) => collect(scanWorkspace([root(folder, excludes)], options));

/** Texts by display path, and reasons by path, after reading everything. */
async function readAll(folder: string, options: ScanOptions = {}) {
  const texts: Record<string, string> = {};
  const reasons: Record<string, string> = {};
  for (const entry of await scan(folder, [], options)) {
    const read = entry.kind === 'candidate' ? await readSource(entry, options) : entry;
    if (read.kind === 'source') {
      texts[read.candidate.displayPath] = read.text;
    } else {
      reasons[path.relative(folder, read.skipped.path)] = read.skipped.reason;
      expect(read.skipped.detail).toMatch(/\.$/);
    }
  }
  return { texts, reasons };
}

describe('which files are listed', () => {
  test('files of a folder come before its folders, by name', async () => {
    const folder = tempFolder({ 'b.ts': 'b', 'a/z.ts': 'z', 'a.ts': 'a', 'Z.ts': 'Z', 'a/b/c.ts': 'c', 'é.ts': 'é' });
    expect(names(await scan(folder))).toEqual(['Z.ts', 'a.ts', 'b.ts', 'é.ts', 'a/z.ts', 'a/b/c.ts']);
  });

  test('what git would ignore is not listed: the list of git itself', async () => {
    const folder = tempFolder({
      '.gitignore': '\ufeff*.log\nbuild/\n/only-top.ts\ndocs/*.md\n!docs/keep.md\n# comment\n\\#hash\ntrailing.ts  \nUpper.TS\n',
      'a.log': 'x', 'only-top.ts': 'x', 'sub/only-top.ts': 'x', 'build/x.ts': 'x', 'docs/a.md': 'x', 'docs/keep.md': 'x', 'docs/deep/a.md': 'x', '#hash': 'x', 'trailing.ts': 'x', 'upper.ts': 'x',
      'sub/.gitignore': '!important.log\nlocal.ts\n/anchored.ts\nin/side.ts\n!build/\n',
      'sub/important.log': 'x', 'sub/other.log': 'x', 'sub/local.ts': 'x', 'sub/anchored.ts': 'x', 'sub/deep/anchored.ts': 'x', 'sub/deep/local.ts': 'x', 'sub/in/side.ts': 'x', 'sub/deep/in/side.ts': 'x',
      'sub/build/kept.ts': 'x', 'sub/build/dropped.log': 'x',
      'sub [x]/.gitignore': '*.gen\n', 'sub [x]/a.gen': 'x', 'sub [x]/b.ts': 'x', 'subx/a.gen': 'x',
      'not/.gitignore': '*\n!.gitignore\n', 'not/a.ts': 'x',
    });
    execFileSync('git', ['init', '-q'], { cwd: folder });
    writeFiles(folder, { '.git/info/exclude': 'secret.ts\n', 'secret.ts': 'x' });
    const git = execFileSync('git', ['-c', 'core.quotePath=false', '-c', 'core.excludesFile=/dev/null', 'ls-files', '--others', '--exclude-standard'], { cwd: folder, encoding: 'utf8' });
    expect(names(await scan(folder)).sort()).toEqual(git.trim().split('\n').sort());
  });

  test('a workspace below the top of a repository follows the rules above it, unless they hide it', async () => {
    const folder = tempFolder({ '.gitignore': '*.log\nhidden/\n', 'app/a.log': 'x', 'app/a.ts': 'x', 'hidden/b.ts': 'x' });
    execFileSync('git', ['init', '-q'], { cwd: folder });
    expect(names(await scan(path.join(folder, 'app')))).toEqual(['a.ts']);
    expect(names(await scan(path.join(folder, 'hidden')))).toEqual(['b.ts']);
  });

  test('exclude globs and noise are not listed', async () => {
    const folder = tempFolder({
      'a.ts': 'x', 'gen/b.ts': 'x', 'c.log': 'x', 'd/e.tmp': 'x', 'package-lock.json': 'x', 'x/Cargo.lock': 'x', 'jquery.min.js': 'x', 'a.js.map': 'x', 'node_modules/m/i.js': 'x', '.env': 'K=1', '.git/config': 'x', 'sub/.git': 'gitdir: x',
    });
    expect(names(await scan(folder, ['gen/**', '**/*.{log,tmp}']))).toEqual(['a.ts']);
  });

  test('several roots lead with their names, one root in another is listed once', async () => {
    const one = tempFolder({ 'a.ts': 'x', 'inner/b.ts': 'x' });
    const two = tempFolder({ 'a.ts': 'x' });
    const roots = [root(one, [], 'one'), root(path.join(one, 'inner'), [], 'inner'), root(two, [], 'two'), root(two, [], 'again')];
    expect(names(await collect(scanWorkspace(roots)))).toEqual(['one/a.ts', 'inner/b.ts', 'two/a.ts']);
  });

  test('a line break in a name does not reach the prompt', async () => {
    const folder = tempFolder({ 'a\n<|user|>.ts': 'x' });
    expect(names(await scan(folder))).toEqual(['a\ufffd<|user|>.ts']);
  });

  test('five thousand files', async () => {
    const folder = tempFolder(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`p${i % 50}/m${i % 7}/f${i}.ts`, `export const n = ${i};\n`])));
    expect(names(await scan(folder))).toHaveLength(5000);
  });

  test('stops when it is cancelled', async () => {
    const folder = tempFolder({ 'a.ts': 'x', 'b/c.ts': 'x' });
    const abort = new AbortController();
    const entries = scanWorkspace([root(folder)], { signal: abort.signal });
    await entries.next();
    abort.abort();
    await expect(collect(entries)).rejects.toSatisfy((error: unknown) => ShorthandError.is(error, 'cancelled'));
  });
});

describe('links', () => {
  test('are never followed; loops and ways out are named', async () => {
    const outside = tempFolder({ 'secret.txt': 'x' });
    const folder = tempFolder({ 'a/b/c.ts': 'x', 'd.ts': 'x' });
    symlinkSync(folder, path.join(folder, 'a/up'));
    symlinkSync('.', path.join(folder, 'a/self'));
    symlinkSync(outside, path.join(folder, 'out'));
    symlinkSync(path.join(outside, 'secret.txt'), path.join(folder, 'file-out'));
    symlinkSync('gone', path.join(folder, 'broken'));
    symlinkSync('ring-b', path.join(folder, 'ring-a'));
    symlinkSync('ring-a', path.join(folder, 'ring-b'));
    symlinkSync('a/b', path.join(folder, 'inside'));
    symlinkSync('d.ts', path.join(folder, 'd-link.ts'));
    const entries = await scan(folder);
    expect(names(entries)).toEqual(['d.ts', 'a/b/c.ts']);
    expect(skips(folder, entries)).toEqual({
      'a/up': 'symlink-loop', 'a/self': 'symlink-loop', out: 'outside-workspace', 'file-out': 'outside-workspace', broken: 'unreadable', 'ring-a': 'symlink-loop', 'ring-b': 'symlink-loop',
    });
  });

  test('a root that is a link itself is fine', async () => {
    const folder = tempFolder({ 'real/a.ts': 'x', 'real/b/c.ts': 'x' });
    symlinkSync('real', path.join(folder, 'link'));
    expect(names(await scan(path.join(folder, 'link')))).toEqual(['a.ts', 'b/c.ts']);
  });
});

describe('what is not usable is reported', () => {
  test('by its contents', async () => {
    const folder = tempFolder({
      'good.ts': 'export const a = 1;\r\n',
      'bom.ts': '\ufeffconst b = 2;\n',
      'cjk.md': '漢字かな交じり文です。\n'.repeat(100),
      'emoji.md': '👩‍👩‍👧‍👦🏳️‍🌈\n'.repeat(50),
      'image.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
      'latin1.txt': Buffer.from('caf\xe9 au lait, and so on and so forth with plenty of plain text\n', 'latin1'),
      'utf16.txt': Buffer.from('\ufeffhello there', 'utf16le'),
      'cut.txt': Buffer.concat([Buffer.from('plain text, then half a character: '), Buffer.from([0xe6, 0xbc])]),
      'empty.ts': '',
      'blank.ts': ' \n\t\n',
      'app.js': `${'a=1;'.repeat(6000)}\n`,
      'wide.js': `${'a=1;'.repeat(200)}\n`.repeat(20),
      'huge.js': 'x'.repeat(20_000_000),
    });
    const { texts, reasons } = await readAll(folder);
    expect(Object.keys(texts)).toEqual(['bom.ts', 'cjk.md', 'emoji.md', 'good.ts']);
    expect(texts['bom.ts']).toBe('const b = 2;\n');
    expect(texts['good.ts']).toBe('export const a = 1;\r\n');
    expect(reasons).toEqual({
      'image.png': 'binary', 'latin1.txt': 'invalid-utf8', 'utf16.txt': 'invalid-utf8', 'cut.txt': 'invalid-utf8', 'empty.ts': 'empty', 'blank.ts': 'empty', 'app.js': 'minified', 'wide.js': 'minified', 'huge.js': 'too-large',
    });
  });

  test('twenty megabytes on one line are minified when the size limit allows them', async () => {
    const folder = tempFolder({ 'huge.js': 'var a=1;'.repeat(2_500_000) });
    const { reasons } = await readAll(folder, { limits: { maxBytes: 50_000_000, maxLineLength: 20_000, maxAverageLineLength: 500 } });
    expect(reasons).toEqual({ 'huge.js': 'minified' });
  });

  test('when files and folders vanish or change under the scan', async () => {
    const folder = tempFolder({ 'a.ts': 'x', 'b.ts': 'x', 'c/d.ts': 'x', 'e/f.ts': 'x', 'g.ts': 'x' });
    const seen: ScanEntry[] = [];
    for await (const entry of scanWorkspace([root(folder)])) {
      seen.push(entry);
      if (seen.length === 1) {
        rmSync(path.join(folder, 'c'), { recursive: true });
      }
    }
    expect(skips(folder, seen)).toEqual({ c: 'deleted' });
    rmSync(path.join(folder, 'a.ts'));
    rmSync(path.join(folder, 'b.ts'));
    mkdirSync(path.join(folder, 'b.ts'));
    writeFileSync(path.join(folder, 'g.ts'), 'x'.repeat(1_000_001));
    const read = await Promise.all(seen.flatMap(entry => (entry.kind === 'candidate' ? [readSource(entry)] : [])));
    expect(read.map(result => (result.kind === 'skipped' ? result.skipped.reason : 'read'))).toEqual(['deleted', 'unreadable', 'too-large', 'read']);
  });

  test('a root that is gone', async () => {
    const folder = tempFolder();
    expect(skips(folder, await scan(path.join(folder, 'none')))).toEqual({ none: 'deleted' });
  });

  test('a pipe, which would block a reader', async () => {
    const folder = tempFolder();
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    expect(skips(folder, await scan(folder))).toEqual({ pipe: 'unreadable' });
  });

  test('without permission', async () => {
    const folder = tempFolder({ 'a.ts': 'x', 'b/c.ts': 'x', 'd.ts': 'x' });
    chmodSync(folder, 0o755);
    chmodSync(path.join(folder, 'a.ts'), 0);
    chmodSync(path.join(folder, 'b'), 0);
    // Root may read everything: look as nobody.
    const isRoot = process.geteuid?.() === 0;
    try {
      if (isRoot) {
        process.seteuid?.(65534);
      }
      expect(await readAll(folder)).toEqual({ texts: { 'd.ts': 'x' }, reasons: { 'a.ts': 'unreadable', b: 'unreadable' } });
    } finally {
      if (isRoot) {
        process.seteuid?.(0);
      }
      chmodSync(path.join(folder, 'b'), 0o755);
    }
  });
});

describe('unsaved texts', () => {
  test('are read instead of files', async () => {
    const folder = tempFolder({ 'a.ts': 'old', 'b.ts': 'kept' });
    const { texts } = await readAll(folder, { openFiles: [{ path: path.join(folder, 'a.ts'), text: 'new' }, { path: path.join(folder, 'b.ts') }] });
    expect(texts).toEqual({ 'a.ts': 'new', 'b.ts': 'kept' });
  });

  test('are judged like files', async () => {
    const folder = tempFolder({ 'a.ts': 'old', 'b.ts': 'old' });
    const { reasons } = await readAll(folder, { openFiles: [{ path: path.join(folder, 'a.ts'), text: ' ' }, { path: path.join(folder, 'b.ts'), text: 'y'.repeat(1_100_000) }] });
    expect(reasons).toEqual({ 'a.ts': 'empty', 'b.ts': 'too-large' });
  });
});

describe('files that were named', () => {
  const named = (files: readonly OpenFile[], roots: readonly WorkspaceRoot[]) => collect(scanFiles(files, roots));

  test('come in the order given, each once, unsaved ones without a file', async () => {
    const folder = tempFolder({ 'a.ts': 'x', 'b.ts': 'x' });
    const files = ['b.ts', 'a.ts', 'b.ts'].map(name => ({ path: path.join(folder, name) }));
    expect(names(await named([...files, { path: path.join(folder, 'new.ts'), text: 'new' }], [root(folder)]))).toEqual(['b.ts', 'a.ts', 'new.ts']);
  });

  test('are reported when something hides them', async () => {
    const outside = tempFolder({ 'x.ts': 'x' });
    const folder = tempFolder({ '.gitignore': 'ignored/\n', 'ignored/deep/a.ts': 'x', 'gen/b.ts': 'x', 'yarn.lock': 'x', '.git/config': 'x', 'sub/c.ts': 'x' });
    symlinkSync(path.join(outside, 'x.ts'), path.join(folder, 'link.ts'));
    const files = ['ignored/deep/a.ts', 'gen/b.ts', 'yarn.lock', '.git/config', 'link.ts', 'gone.ts', 'sub', 'sub/c.ts', path.join('..', path.basename(outside), 'x.ts')];
    const entries = await named(files.map(name => ({ path: path.join(folder, name) })), [root(folder, ['gen/**'])]);
    expect(names(entries)).toEqual(['sub/c.ts']);
    expect(skips(folder, entries)).toEqual({
      'ignored/deep/a.ts': 'excluded', 'gen/b.ts': 'excluded', 'yarn.lock': 'excluded', '.git/config': 'excluded', 'link.ts': 'outside-workspace', 'gone.ts': 'deleted', sub: 'unreadable',
      [`../${path.basename(outside)}/x.ts`]: 'outside-workspace',
    });
  });

  test('belong to the innermost root', async () => {
    const folder = tempFolder({ 'a.ts': 'x', 'inner/b.ts': 'x' });
    const roots = [root(folder, [], 'outer'), root(path.join(folder, 'inner'), [], 'inner')];
    expect(names(await named([{ path: path.join(folder, 'inner/b.ts') }, { path: path.join(folder, 'a.ts') }], roots))).toEqual(['inner/b.ts', 'outer/a.ts']);
  });
});
