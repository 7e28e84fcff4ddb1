import * as v from 'valibot';
import * as vscode from 'vscode';
import type { MemoryStats } from '../../common/engineProtocol';
import { commandIds } from '../../common/ids';
import { formatBytes, formatCount } from '../format';
import type { Services } from '../services';
import { showError } from '../showError';

/** Lets a key binding or a test that has asked already skip the question. */
const argumentsSchema = v.object({ confirmed: v.literal(true) });

/** Registers the command that deletes all slots, of every workspace, after it has said how much that is. */
export function registerClearMemory({ engine, memory, files, use, forgotten, log }: Pick<Services, 'engine' | 'memory' | 'files' | 'use' | 'forgotten' | 'log'>): vscode.Disposable {
  const command = vscode.commands.registerCommand(commandIds.clearMemory, async (argument: unknown) => {
    try {
      const stats = await engine.call('memory', undefined);
      if (stats.slots === 0) {
        void vscode.window.showInformationMessage(vscode.l10n.t("Shorthand's memory is empty."));
      } else if (v.is(argumentsSchema, argument) || (await confirm(stats))) {
        const cleared = await engine.call('clearMemory', undefined);
        memory.reset();
        files.reset();
        // Else the background would fill it again at once.
        use.forget();
        await forgotten.takeBack();
        void vscode.window.showInformationMessage(vscode.l10n.t("Memory cleared: {0} freed.", formatBytes(cleared.bytes)));
      }
    } catch (error) {
      showError(error, log);
    }
  });
  return vscode.Disposable.from(command, vscode.workspace.onDidChangeWorkspaceFolders(() => memory.reset()));
}

async function confirm({ slots, bytes }: MemoryStats): Promise<boolean> {
  const clear = vscode.l10n.t("Clear Memory");
  const detail = vscode.l10n.t("It holds {0} slots ({1}). Your files are not touched; compressing them again takes time.", formatCount(slots), formatBytes(bytes));
  return (await vscode.window.showWarningMessage(vscode.l10n.t("Clear Shorthand's memory of all workspaces?"), { modal: true, detail }, clear)) === clear;
}
