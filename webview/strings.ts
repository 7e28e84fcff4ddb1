import * as l10n from '@vscode/l10n';

/** Takes the translations that the host wrote into the page. Must run before the first text is made. */
export function loadTranslations(): void {
  l10n.config({ contents: document.body.dataset['l10n'] ?? '{}' });
}

const language = document.documentElement.lang || 'en';
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A whole number as the user's language writes it. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** Seconds with one decimal. */
export function formatSeconds(milliseconds: number): string {
  return tenths.format(milliseconds / 1000);
}

/** Tokens per slot with one decimal. */
export function formatRatio(tokens: number, slots: number): string {
  return tenths.format(slots === 0 ? 0 : tokens / slots);
}

/** A share from 0 to 1 in percent: whole, or with one decimal where that would say 0. */
export function formatPercent(share: number): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: share > 0 && share < 0.01 ? 1 : 0 }).format(share);
}
