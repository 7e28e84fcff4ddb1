const started = performance.now();

/**
 * One line about what is going on, with the seconds since the start.
 *
 * @param {string} text
 */
export function note(text) {
  console.log(`[${seconds(performance.now() - started).padStart(6)}] ${text}`);
}

/** @param {string} text */
export function heading(text) {
  console.log(`\n=== ${text} ${'='.repeat(Math.max(3, 76 - text.length))}`);
}

/** @param {number} milliseconds */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)}s`;
}
