import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { Answer, ContextReport, LeftOut, ReadFile } from '../../src/common/context';
import { h } from '../dom';
import { formatCount, formatRatio, formatSeconds } from '../strings';
import type { Actions } from './actions';

/** The line under an answer that says what was read, and opens to the whole list. */
export function contextReport(answer: Answer, actions: Actions): HTMLElement {
  const { context } = answer;
  const summary = h('summary', { testId: 'context-summary' }, summaryText(answer));
  const details = h('details', { class: 'context', testId: 'context' }, summary);
  // The list can be long and is seldom opened: it is made when it is.
  details.addEventListener('toggle', () => details.childElementCount === 1 && details.append(contextDetails(context, actions)));
  return details;
}

function summaryText({ context, timings }: Answer): string {
  const files = context.read.length;
  const parts = [files === 1 ? l10n.t("Read 1 file") : l10n.t("Read {0} files", formatCount(files))];
  if (context.slots > 0) {
    parts.push(l10n.t("{0} tokens as {1} slots ({2}x)", formatCount(context.tokens), formatCount(context.slots), formatRatio(context.tokens, context.slots)));
  } else {
    parts.push(l10n.t("{0} tokens", formatCount(context.tokens)));
  }
  if (context.leftOut.length > 0) {
    parts.push(l10n.t("{0} did not fit", formatCount(context.leftOut.length)));
  }
  if (timings.firstTokenMs > 0) {
    parts.push(l10n.t("first token {0} s", formatSeconds(timings.firstTokenMs)));
  }
  return parts.join(' \u00b7 ');
}

function contextDetails(context: ContextReport, actions: Actions): HTMLElement {
  const { read, leftOut, promptPositions, budget, reusedPositions, filesKnown } = context;
  const body = h('div', { class: 'context-body', testId: 'context-details' });
  body.append(h('ul', { class: 'files', label: l10n.t("Files that were read") }, ...read.map(file => readItem(file, actions))));
  if (leftOut.length > 0) {
    body.append(h('p', { class: 'left-out-title' }, l10n.t("Did not fit:")));
    body.append(h('ul', { class: 'files', testId: 'left-out', label: l10n.t("Files that did not fit") }, ...leftOut.map(file => leftOutItem(file, actions))));
  }
  const facts = [l10n.t("Prompt: {0} of {1} positions", formatCount(promptPositions), formatCount(budget))];
  if (reusedPositions > 0) {
    facts.push(l10n.t("{0} reused from the turn before", formatCount(reusedPositions)));
  }
  facts.push(l10n.t("{0} files known", formatCount(filesKnown)));
  body.append(h('p', { class: 'facts' }, facts.join(' \u00b7 ')));
  return body;
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
    case 'slots':
      return l10n.t("{0}x slots", form.ratio);
    default:
      return assertNever(form);
  }
}
