import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { AnswerProgress } from '../../src/common/context';
import type { EngineState } from '../../src/common/engineState';
import { formatCount } from '../strings';

/** What the engine is doing for a question, with numbers: a wait without them looks like a hang. */
export function phaseText(progress: AnswerProgress | undefined, engine: EngineState): string {
  if (progress === undefined) {
    return engine.kind === 'starting' ? l10n.t("Loading the model…") : l10n.t("Waiting for the engine…");
  }
  switch (progress.phase) {
    case 'compressing':
      return l10n.t("Compressing: {0} of {1} files", formatCount(progress.filesDone), formatCount(progress.filesTotal));
    case 'planning':
      return l10n.t("Choosing what to read…");
    case 'reading':
      return l10n.t("Reading: {0} of {1} positions", formatCount(progress.positionsDone), formatCount(progress.positionsTotal));
    case 'writing':
      return progress.tokens === 1 ? l10n.t("Writing: 1 token") : l10n.t("Writing: {0} tokens", formatCount(progress.tokens));
    default:
      return assertNever(progress);
  }
}
