import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { Attachment } from '../../src/common/attachments';
import { slashCommands } from '../../src/common/slashCommands';
import { slashCommandDescription } from './slashCommandTexts';

/** A row of the completion list: what is shown, what enters the text, and what is attached. */
export interface CompletionItem {
  readonly icon: string;
  readonly label: string;
  readonly detail: string;
  readonly text: string;
  readonly attachment?: Attachment;
}

export function attachmentItem(attachment: Attachment): CompletionItem {
  const { kind, label, displayPath } = attachment;
  switch (kind) {
    case 'file':
      return { icon: attachmentIcon(kind), label, detail: folderOf(displayPath), text: `@${label}`, attachment };
    case 'symbol':
      return { icon: attachmentIcon(kind), label, detail: placeOf(attachment), text: `#${label}`, attachment };
    case 'selection':
      return { icon: attachmentIcon(kind), label: l10n.t("selection"), detail: placeOf(attachment), text: '@selection', attachment };
    default:
      return assertNever(kind);
  }
}

/** The slash commands that begin with what was typed. */
export function commandItems(query: string): readonly CompletionItem[] {
  return slashCommands
    .filter(name => name.startsWith(query.toLowerCase()))
    .map(name => ({ icon: 'terminal', label: `/${name}`, detail: slashCommandDescription(name), text: `/${name}` }));
}

export function attachmentIcon(kind: Attachment['kind']): string {
  switch (kind) {
    case 'file':
      return 'file';
    case 'symbol':
      return 'symbol-method';
    case 'selection':
      return 'list-selection';
    default:
      return assertNever(kind);
  }
}

/** The file and its lines, as people write them. */
export function placeOf({ displayPath, lines }: Attachment): string {
  if (lines === undefined) {
    return displayPath;
  }
  return lines.firstLine === lines.lastLine ? `${displayPath}:${lines.firstLine}` : `${displayPath}:${lines.firstLine}\u2013${lines.lastLine}`;
}

/** The folders of a path; of many, the first and the last two. */
export function folderOf(displayPath: string): string {
  const folders = displayPath.split('/').slice(0, -1);
  return folders.length <= 4 ? folders.join('/') : [folders[0], '\u2026', ...folders.slice(-2)].join('/');
}
