import { l10n } from 'vscode';
import type { Answer } from '../../common/context';
import { formatCount } from '../format';
import { escapeMarkdown } from '../hover/plainMarkdown';

/** What the reader of an answer must know beside its text, as Markdown: why it ends and what was not read. Empty when there is nothing. */
export function answerNotes(answer: Answer, unread: readonly string[]): string {
  const { context, stopReason } = answer;
  const notes = [
    ...(answer.text === '' && stopReason !== 'cancelled' ? [l10n.t("The model had nothing to say.")] : []),
    ...(stopReason === 'length' ? [l10n.t("The answer ends at the longest length of the settings.")] : []),
    ...unread.map(name => l10n.t("{0} is not a file of this workspace on disk and was not read.", escapeMarkdown(name))),
    ...(context.leftOut.length > 0 ? [l10n.t("Files that did not fit: {0}.", formatCount(context.leftOut.length))] : []),
  ];
  return notes.map(note => `\n\n_${note}_`).join('');
}
