import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { manifestFileName, slotCodeFiles, tokenizerFiles, type BundleManifest } from '../../common/bundle';
import { errorMessage, ShorthandError } from '../../common/errors';
import { isMissing } from './fileErrors';
import { parseManifest } from './parseManifest';
import { verifyFiles } from './verifyFiles';

/** A bundle whose files are there and are what the manifest says. */
export interface Bundle {
  /** Absolute path. */
  readonly folder: string;
  readonly manifest: BundleManifest;
  /**
   * Names what makes slots out of text: a short hash over the encoder's graph and weights, its tokenizer, the pooling and the code in which
   * slots are kept. Two bundles with the same id make the same slots, whatever their decoders are, so they share a slot store. Empty in a bundle without a compressor.
   */
  readonly encoderId: string;
  /** The absolute path of one of the bundle's files. */
  file(relativePath: string): string;
}

/**
 * Reads a bundle's manifest and checks every file against it.
 * Errors: `bundle-missing` (no folder or manifest), `bundle-corrupt` (names the file), `bundle-unsupported`, `cancelled`.
 */
export async function openBundle(folder: string, signal?: AbortSignal): Promise<Bundle> {
  const root = path.resolve(folder);
  const manifest = parseManifest(await readManifest(root), path.join(root, manifestFileName));
  await verifyFiles(root, manifest.files, signal);
  return { folder: root, manifest, encoderId: encoderId(manifest), file: relativePath => path.join(root, relativePath) };
}

async function readManifest(folder: string): Promise<string> {
  const file = path.join(folder, manifestFileName);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = isMissing(error) ? 'bundle-missing' : 'bundle-corrupt';
    throw new ShorthandError(code, `${file} can't be read: ${errorMessage(error)}`, { cause: error });
  }
}

/** Hexadecimal digits of a hash that tell encoders apart: 64 bits. */
const idDigits = 16;

function encoderId({ compressor, files }: BundleManifest): string {
  if (compressor === undefined) {
    return '';
  }
  const { encoder, tokenizer } = compressor;
  const hash = createHash('sha256');
  // A graph's weights lie beside it under its own name with an ending (ONNX external data).
  const own = [encoder.graph, ...slotCodeFiles(encoder), ...tokenizerFiles(tokenizer)];
  const parts = files.filter(file => own.some(name => file.path === name || file.path.startsWith(`${name}.`)));
  for (const part of parts.map(file => file.sha256).sort()) {
    hash.update(part);
  }
  hash.update(`${encoder.kind} ${encoder.window}`);
  return hash.digest('hex').slice(0, idDigits);
}
