import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import type { Answer } from '../../common/context';
import { internalCommandIds } from '../../common/ids';
import { errorCodeOf, errorText } from '../errorText';
import { formatCount } from '../format';
import type { Explanation } from './explanations';
import { escapeMarkdown, plainMarkdown } from './plainMarkdown';
import type { WordPlace } from './wordPlace';

/** A hover is a glance; what is longer has its place in the chat. */
const longestText = 1000;

/** What the hover shows for a word. */
export function hoverContent(explanation: Explanation | undefined, place: WordPlace): vscode.MarkdownString[] {
  switch (explanation?.kind) {
    case undefined:
      return [explainLink('sparkle', vscode.l10n.t("Explain with Shorthand"), place)];
    case 'running':
      return [new vscode.MarkdownString(`$(loading~spin) ${vscode.l10n.t("Shorthand is reading and writing…")}`, true)];
    case 'done':
      return [answerContent(explanation.answer), link(internalCommandIds.askInChat, 'comment-discussion', vscode.l10n.t("Ask in Chat"), place)];
    case 'failed':
      return [failureContent(explanation.error, place)];
    default:
      return assertNever(explanation);
  }
}

/** The only trusted Markdown here. It contains nothing that a model or a file wrote, and may run one command. */
function link(command: string, icon: string, label: string, place: WordPlace): vscode.MarkdownString {
  // A parenthesis would end the link.
  const argument = encodeURIComponent(JSON.stringify([place])).replaceAll('(', '%28').replaceAll(')', '%29');
  const content = new vscode.MarkdownString(`[$(${icon}) ${label}](command:${command}?${argument})`, true);
  content.isTrusted = { enabledCommands: [command] };
  return content;
}

function explainLink(icon: string, label: string, place: WordPlace): vscode.MarkdownString {
  return link(internalCommandIds.explainHover, icon, label, place);
}

function failureContent(error: unknown, place: WordPlace): vscode.MarkdownString {
  const content = explainLink('refresh', vscode.l10n.t("Try again"), place);
  return content.appendMarkdown(`\n\n${escapeMarkdown(errorText(errorCodeOf(error)))}`);
}

/** What a model wrote is shown as text. The string is trusted with nothing and shows no icons. */
function answerContent(answer: Answer): vscode.MarkdownString {
  const { read, tokens, slots } = answer.context;
  // A file that was read in part has an entry per stretch.
  const files = new Set(read.map(file => file.path)).size;
  const source =
    files === 1
      ? vscode.l10n.t("Read 1 file: {0} tokens as {1} slots", formatCount(tokens), formatCount(slots))
      : vscode.l10n.t("Read {0} files: {1} tokens as {2} slots", formatCount(files), formatCount(tokens), formatCount(slots));
  return new vscode.MarkdownString(`${plainMarkdown(bounded(answer.text))}\n\n---\n\n${escapeMarkdown(source)}`);
}

/** The beginning of a long text, up to the end of a word. */
function bounded(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText).replace(/\S*$/, '').trimEnd()}\u2026`;
}
