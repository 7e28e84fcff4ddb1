import * as l10n from '@vscode/l10n';
import type { AnswerSummary } from '../../src/common/chatProtocol';
import type { ContextReport } from '../../src/common/context';
import { h } from '../dom';
import { formatCount, formatRatio, formatSeconds } from '../strings';
import type { Actions } from './actions';
import { contextDetails } from './contextEntries';

/** The line under an answer that says what was read, and opens to the whole list. */
export function contextReport(id: number, answer: AnswerSummary, actions: Actions): HTMLElement {
  const summary = h('summary', { testId: 'context-summary' }, summaryText(answer));
  const body = h('div', { class: 'context-body', role: 'group', testId: 'context-details', label: l10n.t("What was read"), hidden: true });
  // It scrolls, so the keyboard must be able to reach it.
  body.tabIndex = 0;
  const details = h('details', { class: 'context', testId: 'context' }, summary, body);
  // The list can be long and is seldom opened: it is fetched and made when it is.
  details.addEventListener('toggle', () => {
    if (details.open && body.hidden) {
      void fillBody(body, actions.context(id), actions);
    }
  });
  return details;
}

async function fillBody(body: HTMLElement, context: Promise<ContextReport>, actions: Actions): Promise<void> {
  try {
    body.replaceChildren(...contextDetails(await context, actions, l10n.t("Files that were read")));
  } catch {
    body.replaceChildren(l10n.t("The list is no longer available."));
  }
  body.hidden = false;
  // Under the last answer it opens below the end of what is visible.
  body.scrollIntoView({ block: 'nearest' });
}

function summaryText({ filesRead, filesLeftOut, tokens, slots, firstTokenMs }: AnswerSummary): string {
  const parts = [filesRead === 1 ? l10n.t("Read 1 file") : l10n.t("Read {0} files", formatCount(filesRead))];
  if (slots > 0) {
    parts.push(l10n.t("{0} tokens as {1} slots ({2}x)", formatCount(tokens), formatCount(slots), formatRatio(tokens, slots)));
  } else {
    parts.push(l10n.t("{0} tokens", formatCount(tokens)));
  }
  if (filesLeftOut > 0) {
    parts.push(filesLeftOut === 1 ? l10n.t("1 file did not fit") : l10n.t("{0} files did not fit", formatCount(filesLeftOut)));
  }
  if (firstTokenMs > 0) {
    parts.push(l10n.t("first token {0} s", formatSeconds(firstTokenMs)));
  }
  return parts.join(' \u00b7 ');
}
