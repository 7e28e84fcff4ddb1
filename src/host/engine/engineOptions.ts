import { join } from 'node:path';
import type * as vscode from 'vscode';
import type { EngineOptions } from '../../common/engineProtocol';
import { readSetting } from '../settings/settings';

const defaultBundle = 'shorthand-nano';

/** Settings that the engine reads once, when it starts. */
export const startSettings = ['models.folder', 'memory.budgetMB', 'engine.threads', 'engine.executionProvider'] as const;

/** What the engine opens: the bundle of the settings or the one that the extension ships, and one slot store for all workspaces. */
export function readEngineOptions(context: vscode.ExtensionContext): EngineOptions {
  const folder = readSetting('models.folder').trim();
  return {
    bundleFolder: folder === '' ? join(context.extensionUri.fsPath, 'models', defaultBundle) : folder,
    storeFile: join(context.globalStorageUri.fsPath, 'slots.db'),
    storeBudgetBytes: readSetting('memory.budgetMB') * 1_000_000,
    threads: readSetting('engine.threads'),
    provider: readSetting('engine.executionProvider'),
    probeFile: join(context.globalStorageUri.fsPath, 'providers.json'),
  };
}
