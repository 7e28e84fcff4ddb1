import { open, type FileHandle } from 'node:fs/promises';
import { isBinaryFile } from 'isbinaryfile';
import { throwIfCancelled } from '../../common/errors';
import { skip, skipFailure, type Candidate, type Skipped } from '../../scan/candidate';
import { defaultLimits, formatBytes, type ScanLimits } from '../../scan/limits';

/** The text of a candidate. A byte order mark at its beginning is not part of it, as in the editor. */
export interface Source {
  readonly kind: 'source';
  readonly candidate: Candidate;
  readonly text: string;
}

/** Files shorter than this can't be minified in earnest. Characters. */
const page = 5000;

/** Reads a candidate, or says why it is no use: it may have changed or gone since it was listed. Errors: `cancelled`. */
export async function readSource(candidate: Candidate, options: { signal?: AbortSignal | undefined; limits?: ScanLimits | undefined } = {}): Promise<Source | Skipped> {
  throwIfCancelled(options.signal);
  const limits = options.limits ?? defaultLimits;
  if (candidate.unsavedText !== undefined) {
    return judge(candidate, candidate.unsavedText, Buffer.byteLength(candidate.unsavedText), limits);
  }
  const bytes = await readBytes(candidate.path, limits);
  if (!Buffer.isBuffer(bytes)) {
    return bytes;
  }
  // Before decoding: many binary files are valid UTF-8 by chance, and a picture should not be called badly encoded text.
  if (bytes.length > 0 && (await isBinaryFile(bytes, bytes.length))) {
    return skip(candidate.path, 'binary', 'Its bytes are not text.');
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return skip(candidate.path, 'invalid-utf8', 'It is not UTF-8 text.');
  }
  return judge(candidate, text, bytes.length, limits);
}

async function readBytes(file: string, limits: ScanLimits): Promise<Buffer | Skipped> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const stats = await handle.stat();
    return stats.size > limits.maxBytes ? tooLarge(file, stats.size, limits) : await handle.readFile();
  } catch (error) {
    return skipFailure(file, error);
  } finally {
    await handle?.close();
  }
}

/** The checks that hold for files and for unsaved texts. */
function judge(candidate: Candidate, text: string, bytes: number, limits: ScanLimits): Source | Skipped {
  if (text.trim() === '') {
    return skip(candidate.path, 'empty', 'There is nothing in it.');
  }
  if (bytes > limits.maxBytes) {
    return tooLarge(candidate.path, bytes, limits);
  }
  let lines = 0;
  for (let start = 0; start <= text.length; lines++) {
    const end = text.indexOf('\n', start);
    const length = (end < 0 ? text.length : end) - start;
    if (length > limits.maxLineLength) {
      return skip(candidate.path, 'minified', `Line ${lines + 1} has ${length} characters.`);
    }
    start = end < 0 ? text.length + 1 : end + 1;
  }
  if (text.length > page && text.length / lines > limits.maxAverageLineLength) {
    return skip(candidate.path, 'minified', `Its lines have ${Math.round(text.length / lines)} characters on average.`);
  }
  return { kind: 'source', candidate, text };
}

function tooLarge(file: string, bytes: number, limits: ScanLimits): Skipped {
  return skip(file, 'too-large', `${formatBytes(bytes)}; the limit is ${formatBytes(limits.maxBytes)}.`);
}
