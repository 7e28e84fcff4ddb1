import * as vscode from 'vscode';
import { commandIds, configurationSection } from '../../../common/ids';
import type { Services } from '../../services';
import { setExcluded, undo, type ExcludeChange } from './excludeSetting';
import { fileCommand } from './fileCommand';
import { nameOf } from './targets';

/** The commands that write and clean up `shorthand.compression.exclude`. */
export function registerExcludeCommands(parts: Pick<Services, 'files' | 'log'>): vscode.Disposable {
  return vscode.Disposable.from(
    fileCommand(parts, commandIds.excludeFiles, { title: vscode.l10n.t("Exclude"), fits: node => node.kind !== 'skipped' }, exclude),
    fileCommand(parts, commandIds.includeFiles, { title: vscode.l10n.t("Include again"), fits: node => node.kind === 'skipped' && node.skipped.reason === 'excluded' }, include),
  );
}

async function exclude(targets: readonly string[]): Promise<void> {
  const changes = await change(targets, true);
  if (changes.length > 0) {
    void offerUndo(vscode.l10n.t("{0}: excluded from Shorthand's memory.", nameOf(targets)), changes);
  }
}

async function include(targets: readonly string[]): Promise<void> {
  const changes = await change(targets, false);
  if (changes.length > 0) {
    void offerUndo(vscode.l10n.t("{0}: included again.", nameOf(targets)), changes);
  } else {
    void offerSetting(targets);
  }
}

/** One after the other: each is made to the list that the one before has left. */
async function change(targets: readonly string[], excluded: boolean): Promise<readonly ExcludeChange[]> {
  const changes: ExcludeChange[] = [];
  for (const target of targets) {
    const done = await setExcluded(target, excluded);
    changes.push(...(done === undefined ? [] : [done]));
  }
  return changes;
}

async function offerUndo(message: string, changes: readonly ExcludeChange[]): Promise<void> {
  const label = vscode.l10n.t("Undo");
  if ((await vscode.window.showInformationMessage(message, label)) === label) {
    for (const done of changes.toReversed()) {
      await undo(done);
    }
  }
}

/** A pattern for more than this file excludes it: which of the other files should be excluded still, only the user knows. */
async function offerSetting(targets: readonly string[]): Promise<void> {
  const label = vscode.l10n.t("Open Settings");
  const message = vscode.l10n.t("{0}: a pattern for several files excludes it. Change the pattern in the settings.", nameOf(targets));
  if ((await vscode.window.showInformationMessage(message, label)) === label) {
    await vscode.commands.executeCommand('workbench.action.openSettings', `${configurationSection}.compression.exclude`);
  }
}
