import { env } from 'vscode';

/** A whole number as the user's language writes it. */
export function formatCount(value: number): string {
  return new Intl.NumberFormat(env.language, { maximumFractionDigits: 0 }).format(value);
}

/** How many tokens one slot stands for: 8.0 for 800 tokens in 100 slots. */
export function formatRatio(tokens: number, slots: number): string {
  return new Intl.NumberFormat(env.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(slots === 0 ? 0 : tokens / slots);
}

/** A number of bytes in the unit that reads best. */
export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(env.language, { style: 'unit', unit: units[power] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: power === 0 ? 0 : 1 }).format(bytes / 1000 ** power);
}

/** A number of parameters, as they are commonly given: 1.5B for 1.5 billion. */
export function formatParameters(count: number): string {
  return new Intl.NumberFormat(env.language, { notation: 'compact', maximumSignificantDigits: 3 }).format(count);
}

/** A share from 0 to 1 in percent: whole, or with one decimal where that would say 0. */
export function formatPercent(share: number): string {
  return new Intl.NumberFormat(env.language, { style: 'percent', maximumFractionDigits: share > 0 && share < 0.01 ? 1 : 0 }).format(share);
}
