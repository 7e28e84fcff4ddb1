import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { ContextReport, Form, LeftOut, ReadFile, ReadReason } from '../../src/common/context';
import { h } from '../dom';
import { formatCount } from '../strings';
import { budgetLegend, budgetRing } from './budgetRing';
import type { ContextActions } from './contextActions';

type Reveal = Pick<ContextActions, 'reveal'>;

/** The most files that are listed as left out; a workspace can have many thousands. */
const maxLeftOut = 200;

/** All that a plan or an answer reads, with what does not fit. */
export function contextDetails(context: ContextReport, actions: Reveal, label: string): HTMLElement[] {
  const { read, leftOut, droppedTurns, promptPositions, budget, reusedPositions, filesKnown } = context;
  const parts: HTMLElement[] = [
    h('div', { class: 'budget' }, budgetRing(context), h('span', { class: 'budget-files', testId: 'files-in-context' }, filesInContext(context))),
    budgetLegend(context),
    h('ul', { class: 'files', label }, ...read.map(file => readItem(file, actions))),
  ];
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

/** How many of the workspace's files are read, in whole or in part. */
export function filesInContext({ read, filesKnown }: ContextReport): string {
  const files = new Set(read.map(file => file.path)).size;
  return l10n.t("{0} of {1} files in context", formatCount(files), formatCount(filesKnown));
}

function leftOutList(leftOut: readonly LeftOut[], actions: Reveal): HTMLElement {
  const list = h('ul', { class: 'files', testId: 'left-out', label: l10n.t("Files that did not fit") });
  list.append(...leftOut.slice(0, maxLeftOut).map(file => leftOutItem(file, actions)));
  if (leftOut.length > maxLeftOut) {
    list.append(h('li', {}, l10n.t("and {0} more", formatCount(leftOut.length - maxLeftOut))));
  }
  return list;
}

function readItem(file: ReadFile, actions: Reveal): HTMLElement {
  const lines = l10n.t("lines {0}–{1}", formatCount(file.firstLine), formatCount(file.lastLine));
  const parts = [lines, l10n.t("{0} tokens in {1} positions", formatCount(file.tokens), formatCount(file.positions)), formText(file.form)];
  if (file.partial) {
    parts.push(l10n.t("in part"));
  }
  const reason = h('span', { class: 'reason', testId: 'reason' }, reasonText(file.reason));
  return fileItem(file.path, file.displayPath, Math.max(1, Math.trunc(file.firstLine)), [reason, h('span', { class: 'detail' }, parts.join(' \u00b7 '))], actions);
}

function leftOutItem(file: LeftOut, actions: Reveal): HTMLElement {
  return fileItem(file.path, file.displayPath, 1, [h('span', { class: 'detail' }, l10n.t("{0} tokens", formatCount(file.tokens)))], actions);
}

function fileItem(path: string, displayPath: string, line: number, details: readonly HTMLElement[], actions: Reveal): HTMLElement {
  const open = h('button', { class: 'link', testId: 'reveal' }, displayPath);
  open.type = 'button';
  open.title = path;
  open.addEventListener('click', () => actions.reveal(path, line));
  return h('li', { testId: 'context-entry' }, open, ...details);
}

function formText(form: Form): string {
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

function reasonText(reason: ReadReason): string {
  switch (reason) {
    case 'selection':
      return l10n.t("selected");
    case 'mentioned':
      return l10n.t("attached");
    case 'symbol':
      return l10n.t("explained symbol");
    case 'pinned':
      return l10n.t("pinned");
    case 'open':
      return l10n.t("open");
    case 'relevant':
      return l10n.t("relevant");
    case 'fits':
      return l10n.t("fits");
    default:
      return assertNever(reason);
  }
}
