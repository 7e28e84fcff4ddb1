import { env, l10n } from 'vscode';
import { formatCount } from '../format';
import type { CompletionCounts } from './completionStats';

/** "3 of 10 accepted (30%)". */
export function completionStatsText({ shown, accepted }: CompletionCounts): string {
  const percent = new Intl.NumberFormat(env.language, { style: 'percent' }).format(shown === 0 ? 0 : accepted / shown);
  return l10n.t("{0} of {1} completions accepted ({2})", formatCount(accepted), formatCount(shown), percent);
}
