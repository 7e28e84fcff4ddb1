import * as vscode from 'vscode';
import { commandIds } from '../../../common/ids';
import type { FileMemory } from '../../../common/workspace';
import { formatBytes, formatCount } from '../../format';
import type { Services } from '../../services';
import type { MemoryNode } from '../view/memoryTree';
import { fileCommand } from './fileCommand';
import { filesOf, nameOf } from './targets';

/** More than this is asked about first: encoding it again takes a while. */
const manyFiles = 20;
const manyBytes = 10_000_000;

/** The command that deletes the slots of some files, and says what that has freed. */
export function registerForgetCommand(parts: Pick<Services, 'engine' | 'files' | 'forgotten' | 'readWorkspace' | 'log'>): vscode.Disposable {
  const { engine, files, forgotten, readWorkspace } = parts;
  const choices = { title: vscode.l10n.t("Forget"), fits: holdsSlots };
  return fileCommand(parts, commandIds.forgetFiles, choices, async targets => {
    const known = filesOf(await files.refresh(), targets);
    const bytes = known.reduce((sum, file) => sum + file.slotBytes, 0);
    if ((known.length > manyFiles || bytes > manyBytes) && !(await confirm(targets, known, bytes))) {
      return;
    }
    await forgotten.add(known.map(file => file.path));
    const freed = await engine.call('forget', { workspace: readWorkspace(), paths: [...targets] });
    await files.refresh();
    const text = freed.slots === 0 ? vscode.l10n.t("{0}: nothing was in memory.", nameOf(targets)) : vscode.l10n.t("{0}: {1} slots forgotten, {2} freed.", nameOf(targets), formatCount(freed.slots), formatBytes(freed.bytes));
    void vscode.window.showInformationMessage(text);
  });
}

async function confirm(targets: readonly string[], known: readonly FileMemory[], bytes: number): Promise<boolean> {
  const forget = vscode.l10n.t("Forget");
  const detail = vscode.l10n.t("The slots of {0} files ({1}) are deleted. Your files are not touched; compressing them again takes time.", formatCount(known.length), formatBytes(bytes));
  return (await vscode.window.showWarningMessage(vscode.l10n.t("Forget {0}?", nameOf(targets)), { modal: true, detail }, forget)) === forget;
}

function holdsSlots(node: MemoryNode): boolean {
  return node.kind === 'folder' ? node.sums.slots > 0 : node.kind === 'file' && node.memory.slots > 0;
}
