import { l10n } from 'vscode';
import { assertNever } from '../../common/assertNever';
import { fidelityBand, meanFidelity, type FidelityBand } from '../../common/fidelity';
import { formatCount, formatPercent } from '../format';
import type { PlacedWindow } from './layOut';
import type { Reconstruction } from './reconstructions';

/** What stands behind the first line of a window in the file, the most telling first: a narrow editor cuts the end off. */
export function windowLabel({ window, number }: PlacedWindow, total: number): string {
  return l10n.t(
    "fidelity {0} · window {1} of {2} · lines {3}–{4} · {5}x · {6} tokens in {7} slots",
    formatPercent(window.fidelity),
    formatCount(number),
    formatCount(total),
    formatCount(window.firstLine),
    formatCount(window.lastLine),
    window.ratio,
    formatCount(window.tokens),
    formatCount(window.slots),
  );
}

/** The same for the reconstruction, where the figures need not be said again. */
export function shortLabel({ window, number }: PlacedWindow, total: number): string {
  return l10n.t("fidelity {0} · window {1} of {2}", formatPercent(window.fidelity), formatCount(number), formatCount(total));
}

/** How a fidelity is to be taken. */
export function bandText(band: FidelityBand): string {
  switch (band) {
    case 'high':
      return l10n.t("The model knows this passage well: it gets most of it back.");
    case 'medium':
      return l10n.t("The model knows what this passage is about, but not its exact words.");
    case 'low':
      return l10n.t("The model gets back hardly anything of this passage.");
    default:
      return assertNever(band);
  }
}

/** What fidelity is, in plain words. */
export function fidelityText(): string {
  return l10n.t(
    "Fidelity is the share of the text's information that the model gets back from the slots: at 100 % it could say every word again, at 0 % the slots tell it nothing. A small model writes back hardly anything word for word, even where its answers use the slots.",
  );
}

/** What is to be said of a reconstruction as a whole: how it went, and how much is left of the file. */
export function statusText({ state, windows, windowsTotal, outdated }: Reconstruction): string {
  if (outdated && state !== 'running') {
    return l10n.t("The file or its ratio has changed since: refresh to see what the model remembers now.");
  }
  switch (state) {
    case 'running':
      return windowsTotal === 0 ? l10n.t("The model recalls the file…") : l10n.t("The model recalls the file: {0} of {1} windows", formatCount(windows.length), formatCount(windowsTotal));
    case 'stopped':
      return l10n.t("Stopped after {0} of {1} windows: refresh to see them all.", formatCount(windows.length), formatCount(windowsTotal));
    case 'failed':
      return l10n.t("That failed after {0} windows: refresh to try again.", formatCount(windows.length));
    case 'complete':
      return wholeText(meanFidelity(windows));
    default:
      return assertNever(state);
  }
}

function wholeText(fidelity: number | undefined): string {
  if (fidelity === undefined) {
    return l10n.t("The file is empty: there is nothing to remember.");
  }
  return fidelityBand(fidelity) === 'low'
    ? l10n.t("fidelity of the whole file {0}: a small model gets back hardly anything", formatPercent(fidelity))
    : l10n.t("fidelity of the whole file {0}", formatPercent(fidelity));
}
