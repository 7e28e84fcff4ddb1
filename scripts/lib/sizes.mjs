import fs from 'node:fs';
import path from 'node:path';

/**
 * @param {string} place
 * @returns {number} bytes of a file or of all files in a folder
 */
export function sizeOf(place) {
  const stat = fs.statSync(place);
  return stat.isDirectory() ? fs.readdirSync(place).reduce((sum, name) => sum + sizeOf(path.join(place, name)), 0) : stat.size;
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
