import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { errorMessage, ShorthandError } from '../../common/errors';

/** Where the npm package `onnxruntime-node` keeps the native library, below its own folder. */
const binaries = 'bin/napi-v6';

const fileNames: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'libonnxruntime.so.1',
  darwin: 'libonnxruntime.1.dylib',
  win32: 'onnxruntime.dll',
};

/**
 * The path of `libonnxruntime` for this platform.
 *
 * The package is looked up from this module's own folder, never from the working directory: that may be a workspace which nobody vouches
 * for. Works from the sources (node_modules of the repository) and from an installed extension (node_modules beside dist).
 *
 * Errors: `runtime-unavailable` when the package is not there or has no library for this platform.
 */
export function findOnnxRuntimeLibrary(packageFolder: string = findPackageFolder()): string {
  const fileName = fileNames[process.platform];
  const file = fileName && path.join(packageFolder, binaries, process.platform, process.arch, fileName);
  if (!file || !existsSync(file)) {
    throw new ShorthandError(
      'runtime-unavailable',
      `ONNX Runtime has no library for ${process.platform}-${process.arch}${file ? ` at ${file}` : ''}.`,
    );
  }
  return file;
}

function findPackageFolder(): string {
  try {
    return path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  } catch (error) {
    throw new ShorthandError('runtime-unavailable', `The package onnxruntime-node is not installed: ${errorMessage(error)}`, { cause: error });
  }
}
