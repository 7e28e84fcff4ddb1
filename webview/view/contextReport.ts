import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { AnswerSummary } from '../../src/common/chatProtocol';
import type { ContextReport, LeftOut, ReadFile } from '../../src/common/context';
import { h } from '../dom';
import { formatCount, formatRatio, formatSeconds } from '../strings';
import type { Actions } from './actions';

/** The most files that are listed as left out; a workspace can have many thousands. */
const maxLeftOut = 200;

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
    body.replaceChildren(...contextDetails(await context, actions));
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

function contextDetails(context: ContextReport, actions: Actions): HTMLElement[] {
  const { read, leftOut, droppedTurns, promptPositions, budget, reusedPositions, filesKnown } = context;
  const parts: HTMLElement[] = [h('ul', { class: 'files', label: l10n.t("Files that were read") }, ...read.map(file => readItem(file, actions)))];
  if (leftOut.length > 0) {
    parts.push(h('p', { class: 'left-out-title' }, l10n.t("Did not fit:")), leftOutList(leftOut, actions));
  }
  if (droppedTurns > 0) {
    parts.push(h('p', {}, droppedTurns === 1 ? l10n.t("The oldest question did not fit.") : l10n.t("The oldest {0} questions did not fit.", formatCount(droppedTurns))));
  }
  const facts = [l10n.t("Prompt: {0} of {1} positions", formatCount(promptPositions), formatCount(budget))];
  if (reusedPositions > 0) {
    facts.push(l10n.t("{0} reused from the turn before", formatCount(reusedPositions)));
  }
  facts.push(l10n.t("{0} files known", formatCount(filesKnown)));
  return [...parts, h('p', { class: 'facts' }, facts.join(' \u00b7 '))];
}

function leftOutList(leftOut: readonly LeftOut[], actions: Actions): HTMLElement {
  const list = h('ul', { class: 'files', testId: 'left-out', label: l10n.t("Files that did not fit") });
  list.append(...leftOut.slice(0, maxLeftOut).map(file => leftOutItem(file, actions)));
  if (leftOut.length > maxLeftOut) {
    list.append(h('li', {}, l10n.t("and {0} more", formatCount(leftOut.length - maxLeftOut))));
  }
  return list;
}

function readItem(file: ReadFile, actions: Actions): HTMLElement {
  const lines = l10n.t("lines {0}\u2013{1}", formatCount(file.firstLine), formatCount(file.lastLine));
  const parts = [lines, l10n.t("{0} tokens in {1} positions", formatCount(file.tokens), formatCount(file.positions)), formText(file)];
  if (file.partial) {
    parts.push(l10n.t("in part"));
  }
  return fileItem(file.path, file.displayPath, Math.max(1, Math.trunc(file.firstLine)), parts.join(' \u00b7 '), actions);
}

function leftOutItem(file: LeftOut, actions: Actions): HTMLElement {
  return fileItem(file.path, file.displayPath, 1, l10n.t("{0} tokens", formatCount(file.tokens)), actions);
}

function fileItem(path: string, displayPath: string, line: number, detail: string, actions: Actions): HTMLElement {
  const open = h('button', { class: 'link', testId: 'reveal' }, displayPath);
  open.type = 'button';
  open.title = path;
  open.addEventListener('click', () => actions.reveal(path, line));
  return h('li', {}, open, h('span', { class: 'detail' }, detail));
}

function formText({ form }: ReadFile): string {
  switch (form.kind) {
    case 'raw':
      return l10n.t("as text");
    case 'skeleton':
      return l10n.t("declarations only");
    case 'slots':
      return l10n.t("{0}x slots", form.ratio);
    default:
      return assertNever(form);
  }
}
