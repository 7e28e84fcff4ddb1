import * as vscode from 'vscode';
import { assertNever } from '../../../common/assertNever';
import type { Attachment } from '../../../common/attachments';
import { parseSlashCommand, type SlashCommand } from '../../../common/slashCommands';
import type { Prepared } from '../chatSession';
import { codeAtCursor } from './codeAtCursor';

/**
 * Turns a question that begins with a slash command into what the engine is asked. A command about code takes the symbol that is named
 * after it, else what is attached, else the selection or the symbol at the cursor.
 */
export async function prepareSlashCommand(question: string, attachments: readonly Attachment[]): Promise<Prepared> {
  const parsed = parseSlashCommand(question);
  if (parsed === undefined) {
    return { kind: 'ask', question, attachments: [...attachments] };
  }
  const { command, rest } = parsed;
  if (command === 'find') {
    return rest === '' ? { kind: 'incomplete', message: vscode.l10n.t("Say what to look for, for example: /find where files are read") } : { kind: 'find', question: rest };
  }
  const [attached] = attachments;
  if (rest !== '' || attached !== undefined) {
    return { kind: 'ask', question: questionAbout(command, rest === '' ? (attached?.label ?? '') : rest), attachments: [...attachments] };
  }
  const found = await codeAtCursor();
  return found === undefined
    ? { kind: 'incomplete', message: vscode.l10n.t("Select some code, put the cursor on a name, or name a symbol, for example: /{0} parseConfig", command) }
    : { kind: 'ask', question: questionAbout(command, found.name), attachments: [found.code], code: found.hash };
}

/** In the words that the model was trained on, as far as it was: English in every language of VS Code. */
function questionAbout(command: Exclude<SlashCommand, 'find'>, name: string): string {
  switch (command) {
    case 'explain':
      return `What does \`${name}\` do?`;
    case 'tests':
      return `Write tests for \`${name}\`.`;
    case 'doc':
      return `Write a documentation comment for \`${name}\`.`;
    default:
      return assertNever(command);
  }
}
