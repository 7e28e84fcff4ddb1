import { l10n } from 'vscode';
import { assertNever } from '../../../common/assertNever';
import { formatCount } from '../../format';
import type { BackgroundState } from './backgroundState';

/** A line about what the background does or why it does not, for the status bar. */
export function backgroundText(state: BackgroundState): string {
  switch (state.kind) {
    case 'off':
      return l10n.t("Background compression is switched off.");
    case 'textAlone':
      return l10n.t("Nothing is compressed: the model reads files as text.");
    case 'unused':
      return l10n.t("Background compression begins once Shorthand was used in this workspace.");
    case 'paused':
      return l10n.t("Background compression is paused.");
    case 'onBattery':
      return l10n.t("Background compression is paused on battery.");
    case 'engineFailed':
      return l10n.t("Background compression waits until the engine runs again.");
    case 'waiting':
      return l10n.t("Background compression waits for changes and for a quiet moment.");
    case 'compressing':
      return l10n.t("Compressing in the background: {0} files left", formatCount(state.filesLeft));
    case 'measuring':
      return l10n.t("Measuring in the background how much survived: {0} files left", formatCount(state.filesLeft));
    default:
      return assertNever(state);
  }
}

/** True when work is under way that an idle view does not show otherwise. */
export function isWorking(state: BackgroundState): boolean {
  return state.kind === 'compressing' || state.kind === 'measuring';
}
