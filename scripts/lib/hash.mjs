import { createHash } from 'node:crypto';
import fs from 'node:fs';

/**
 * @param {readonly string[]} files
 * @returns {string} changes when one of the files does
 */
export function hashOfFiles(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(fs.readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}
