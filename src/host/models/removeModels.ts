import { assertNever } from '../../common/assertNever';
import * as vscode from 'vscode';
import { listBundles, removeBundle, type InstalledBundle } from '../../models/store/bundles';
import { listLeftovers, removeLeftover, type Leftover } from '../../models/store/leftovers';
import { formatBytes } from '../format';
import type { ModelParts } from './modelParts';

type Removable = { readonly kind: 'bundle'; readonly bundle: InstalledBundle } | { readonly kind: 'leftover'; readonly leftover: Leftover };
type RemovableItem = vscode.QuickPickItem & { readonly what: Removable };

/** Lets the user delete a model that is on this machine, or what a stopped download has left. The shipped one is part of the extension and stays. */
export async function removeModels(parts: ModelParts): Promise<void> {
  const items = await removableItems(parts);
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("There is no model to remove: the one that comes with the extension stays."));
    return;
  }
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Remove Model"), placeHolder: vscode.l10n.t("Choose what to delete from {0}", parts.root) });
  if (chosen !== undefined && (await confirm(chosen.what, parts))) {
    const bytes = await remove(chosen.what, parts);
    void vscode.window.showInformationMessage(vscode.l10n.t("{0} was removed: {1} freed.", nameOf(chosen.what), formatBytes(bytes)));
  }
}

async function removableItems({ root, activeModel }: ModelParts): Promise<readonly RemovableItem[]> {
  const [bundles, leftovers] = await Promise.all([listBundles(root), listLeftovers(root)]);
  return [
    ...bundles.map(bundle => ({
      label: `$(package) ${bundle.manifest.id}`,
      description: formatBytes(bundle.bytes),
      ...(activeModel.isIn(bundle.folder) ? { detail: vscode.l10n.t("It answers now.") } : {}),
      what: { kind: 'bundle' as const, bundle },
    })),
    ...leftovers.map(leftover => ({
      label: `$(archive) ${leftover.name}`,
      description: formatBytes(leftover.bytes),
      detail: vscode.l10n.t("A download that was not made a model yet."),
      what: { kind: 'leftover' as const, leftover },
    })),
  ];
}

async function confirm(what: Removable, { activeModel }: ModelParts): Promise<boolean> {
  const remove = vscode.l10n.t("Remove");
  const active = what.kind === 'bundle' && activeModel.isIn(what.bundle.folder);
  const bytes = what.kind === 'bundle' ? what.bundle.bytes : what.leftover.bytes;
  const sentences = [
    vscode.l10n.t("{0} are freed. To use it again, it has to be downloaded again.", formatBytes(bytes)),
    ...(active ? [vscode.l10n.t("It answers now: the model that comes with the extension takes its place.")] : []),
  ];
  return (await vscode.window.showWarningMessage(vscode.l10n.t("Remove {0}?", nameOf(what)), { modal: true, detail: sentences.join(' ') }, remove)) === remove;
}

async function remove(what: Removable, { activeModel }: ModelParts): Promise<number> {
  switch (what.kind) {
    case 'bundle':
      if (activeModel.isIn(what.bundle.folder)) {
        // Its files are open in the engine until then.
        await activeModel.use('');
      }
      return removeBundle(what.bundle);
    case 'leftover':
      return removeLeftover(what.leftover);
    default:
      return assertNever(what);
  }
}

function nameOf(what: Removable): string {
  return what.kind === 'bundle' ? what.bundle.manifest.id : what.leftover.name;
}
