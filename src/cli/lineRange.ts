import { resolve } from 'node:path';
import { UsageError } from './usage';

export interface NamedLines {
  readonly path: string;
  readonly lines?: { readonly firstLine: number; readonly lastLine: number };
}

/** `file`, `file:12` or `file:12-20`, lines from 1. @throws {UsageError} for a range that ends before it begins. */
export function parseLines(flag: string, value: string): NamedLines {
  const [, file, first, last = first] = /^(.+?):(\d+)(?:-(\d+))?$/.exec(value) ?? [];
  if (file === undefined) {
    return { path: resolve(value) };
  }
  const lines = { firstLine: Number(first), lastLine: Number(last) };
  if (lines.firstLine < 1 || lines.lastLine < lines.firstLine) {
    throw new UsageError(`--${flag} takes lines from 1, the first one first, not "${value}".`);
  }
  return { path: resolve(file), lines };
}
