import fs from 'node:fs';

/**
 * @param {string} file one value per line; may not exist
 * @returns {unknown[]}
 */
export function readJsonLines(file) {
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
  return text === '' ? [] : text.split('\n').map(line => /** @type {unknown} */ (JSON.parse(line)));
}
