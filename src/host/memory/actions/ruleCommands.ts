import * as vscode from 'vscode';
import { commandIds } from '../../../common/ids';
import type { Ratio } from '../../../common/bundle';
import type { Services } from '../../services';
import { readSetting } from '../../settings/settings';
import { isPinned } from '../view/nodeState';
import { pinChange } from './pinChange';
import { fileCommand } from './fileCommand';
import { filesOf, nameOf } from './targets';

type Parts = Pick<Services, 'files' | 'rules' | 'log'>;

/** The commands that change what holds for files and folders: pins and ratios. */
export function registerRuleCommands(parts: Parts): vscode.Disposable {
  const { rules } = parts;
  const pin = async (targets: readonly string[], pinned: boolean): Promise<void> => {
    for (const target of targets) {
      await rules.change(target, { pinned: pinChange(rules.all, target, pinned) });
    }
  };
  return vscode.Disposable.from(
    fileCommand(parts, commandIds.pinFiles, { title: vscode.l10n.t("Pin"), fits: node => node.kind !== 'skipped' && !isPinned(node) }, targets => pin(targets, true)),
    fileCommand(parts, commandIds.unpinFiles, { title: vscode.l10n.t("Unpin"), fits: isPinned }, targets => pin(targets, false)),
    fileCommand(parts, commandIds.chooseRatio, { title: vscode.l10n.t("Choose the ratio"), fits: node => node.kind !== 'skipped' }, targets => chooseRatio(parts, targets)),
  );
}

interface RatioItem extends vscode.QuickPickItem {
  readonly ratio: Ratio | undefined;
}

/** Asks for a ratio, and brings what is in memory of the files to it. */
async function chooseRatio(parts: Parts, targets: readonly string[]): Promise<void> {
  const chosen = await vscode.window.showQuickPick(ratioItems(), { title: vscode.l10n.t("Ratio of {0}", nameOf(targets)), placeHolder: vscode.l10n.t("Tokens per slot") });
  if (chosen === undefined) {
    return;
  }
  const before = filesOf(await parts.files.refresh(), targets).filter(file => file.state !== 'none');
  for (const target of targets) {
    await parts.rules.change(target, { ratio: chosen.ratio });
  }
  if (before.length > 0) {
    const uris = before.map(file => vscode.Uri.file(file.path));
    await vscode.commands.executeCommand(commandIds.compressFiles, uris[0], uris);
  }
}

function ratioItems(): RatioItem[] {
  const usual = readSetting('compression.ratio');
  return [
    { label: "4x", description: vscode.l10n.t("Most detail, fewest files."), ratio: 4 },
    { label: "8x", description: vscode.l10n.t("A balance of detail and reach."), ratio: 8 },
    { label: "16x", description: vscode.l10n.t("Most files, least detail."), ratio: 16 },
    { label: vscode.l10n.t("Default"), description: vscode.l10n.t("{0}x, as the setting or the folder says", usual), ratio: undefined },
  ];
}
