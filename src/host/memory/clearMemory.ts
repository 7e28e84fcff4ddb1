import * as vscode from 'vscode';
import { commandIds } from '../../common/ids';
import type { Engine } from '../engine/engine';
import { formatBytes, formatCount } from '../format';
import { showError } from '../showError';
import type { WorkspaceMemory } from './workspaceMemory';

/** Registers the command that deletes all slots, of every workspace, after it has said how much that is. */
export function registerClearMemory(engine: Engine, memory: WorkspaceMemory, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.commands.registerCommand(commandIds.clearMemory, async () => {
    try {
      const { bytes, slots } = await engine.call('memory', undefined);
      if (slots === 0) {
        await vscode.window.showInformationMessage(vscode.l10n.t("Shorthand's memory is empty."));
        return;
      }
      const clear = vscode.l10n.t("Clear Memory");
      const choice = await vscode.window.showWarningMessage(
        vscode.l10n.t("Clear Shorthand's memory of all workspaces?"),
        { modal: true, detail: vscode.l10n.t("It holds {0} slots ({1}). Your files are not touched; compressing them again takes time.", formatCount(slots), formatBytes(bytes)) },
        clear,
      );
      if (choice === clear) {
        const cleared = await engine.call('clearMemory', undefined);
        memory.reset();
        await vscode.window.showInformationMessage(vscode.l10n.t("Memory cleared: {0} freed.", formatBytes(cleared.bytes)));
      }
    } catch (error) {
      await showError(error, log);
    }
  });
}
