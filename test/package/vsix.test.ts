import fs from 'node:fs';
import path from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { describe, expect, it } from 'vitest';
import { currentTarget, stagePath, targets, vsixPath } from '../../scripts/lib/vsix.mjs';
import { binaryPlatform } from './binaryPlatform';

/** Paths of ONNX Runtime's libraries by target, as the engine and the library itself look for them. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  'linux-x64': ['linux/x64/libonnxruntime.so.1'],
  'linux-arm64': ['linux/arm64/libonnxruntime.so.1'],
  'darwin-arm64': ['darwin/arm64/libonnxruntime.1.dylib'],
  'win32-x64': ['onnxruntime.dll', 'DirectML.dll', 'dxcompiler.dll', 'dxil.dll'].map(file => `win32/x64/${file}`),
  'win32-arm64': ['onnxruntime.dll', 'DirectML.dll', 'dxcompiler.dll', 'dxil.dll'].map(file => `win32/arm64/${file}`),
};

describe.each(targets)('the package for %s', target => {
  const filesOf = () => listFiles({ cwd: stagePath(target), packageManager: PackageManager.None });

  it('is there, and of a size that a marketplace takes', () => {
    const { size } = fs.statSync(vsixPath(target));
    expect(size).toBeGreaterThan(10e6);
    expect(size).toBeLessThan(100e6);
  });

  it('has the native files of its platform alone', async () => {
    const native = (await filesOf()).flatMap(file => {
      const platform = binaryPlatform(path.join(stagePath(target), file));
      return platform === undefined ? [] : [[file, platform] as const];
    });
    expect(Object.fromEntries(native)).toEqual({
      ...Object.fromEntries((libraries[target] ?? []).map(file => [`dist/node_modules/onnxruntime-node/bin/napi-v6/${file}`, target])),
      [`dist/node_modules/@koromix/koffi-${target}/${target.replace('-', '_')}/koffi.node`]: target,
    });
  });

  it('has what the extension loads', async () => {
    expect(await filesOf()).toEqual(
      expect.arrayContaining(
        ['extension.js', 'engine.js', 'probe.js', 'builder.js', 'cli.js', 'webview/chat.js', 'webview/chat.css', 'webview/codicon.ttf', 'node_modules/koffi/index.js', 'node_modules/onnxruntime-node/package.json']
          .map(file => `dist/${file}`)
          .concat('package.json', 'package.nls.json', 'l10n/bundle.l10n.json', 'models/shorthand-nano/bundle.json', 'models/shorthand-nano/decoder.onnx.data', 'ThirdPartyNotices.txt'),
      ),
    );
  });

  it('has nothing of the sources', async () => {
    expect((await filesOf()).filter(file => /\.(ts|map|py)$|^(src|test|training|scripts)\//.test(file))).toEqual([]);
  });
});

it('is made for this machine, where all tests run', () => {
  expect(targets).toContain(currentTarget);
});
