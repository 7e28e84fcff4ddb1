/** What a file may measure. */
export interface ScanLimits {
  readonly maxBytes: number;
  /** Characters of the longest line: more is minified code or data. */
  readonly maxLineLength: number;
  /** Characters per line on average, for files longer than a page. */
  readonly maxAverageLineLength: number;
}

export const defaultLimits: ScanLimits = { maxBytes: 1_000_000, maxLineLength: 20_000, maxAverageLineLength: 500 };

/** A number of bytes for people: `1.3 MB`. */
export function formatBytes(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
