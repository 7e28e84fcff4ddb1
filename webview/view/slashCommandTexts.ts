import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { SlashCommand } from '../../src/common/slashCommands';

/** What a slash command does, in a few words. */
export function slashCommandDescription(name: SlashCommand): string {
  switch (name) {
    case 'explain':
      return l10n.t("Explain the selection or the symbol at the cursor");
    case 'find':
      return l10n.t("Find the code that matches some words");
    case 'tests':
      return l10n.t("Propose tests for the selection or the symbol at the cursor");
    case 'doc':
      return l10n.t("Write a comment for the selection or the symbol at the cursor");
    default:
      return assertNever(name);
  }
}
