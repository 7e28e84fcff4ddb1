import { isAbsolute, join } from 'node:path';
import type * as vscode from 'vscode';
import { bundleFolder } from '../../models/store/bundles';
import { readSetting } from '../settings/settings';

/** The bundle that the extension ships. */
export const shippedId = 'shorthand-nano';

type Context = Pick<vscode.ExtensionContext, 'extensionUri' | 'globalStorageUri'>;

/** The folder that all models of this user lie in: the setting's, or one in VS Code's storage. */
export function modelsRoot({ globalStorageUri }: Pick<Context, 'globalStorageUri'>): string {
  const folder = readSetting('models.folder').trim();
  return folder === '' ? join(globalStorageUri.fsPath, 'models') : folder;
}

export function shippedBundleFolder({ extensionUri }: Pick<Context, 'extensionUri'>): string {
  return join(extensionUri.fsPath, 'models', shippedId);
}

export function catalogueFile({ extensionUri }: Pick<Context, 'extensionUri'>): string {
  return join(extensionUri.fsPath, 'models', 'catalogue.json');
}

/** Where the bundle lies that a value of `shorthand.models.active` means: nothing for the shipped one, the id of an installed one, or a folder. */
export function activeBundleFolder(context: Context, value = readSetting('models.active')): string {
  const active = value.trim();
  if (active === '') {
    return shippedBundleFolder(context);
  }
  return isAbsolute(active) ? active : bundleFolder(modelsRoot(context), active);
}
