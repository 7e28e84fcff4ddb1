import { join } from 'node:path';
import type * as vscode from 'vscode';
import { automaticPositions, type EngineOptions } from '../../common/engineProtocol';
import { activeBundleFolder } from '../models/modelFolders';
import { readSetting } from '../settings/settings';

/** Settings that the engine reads once, when it starts. */
export const startSettings = ['models.active', 'models.folder', 'memory.budgetMB', 'engine.threads', 'engine.executionProvider', 'context.positions'] as const;

/** Where the engine keeps what probing execution providers has shown. */
export function probeFile(context: vscode.ExtensionContext): string {
  return join(context.globalStorageUri.fsPath, 'providers.json');
}

/** What the engine opens: the bundle that was chosen, and one slot store for all workspaces. */
export function readEngineOptions(context: vscode.ExtensionContext): EngineOptions {
  return {
    bundleFolder: activeBundleFolder(context),
    storeFile: join(context.globalStorageUri.fsPath, 'slots.db'),
    storeBudgetBytes: readSetting('memory.budgetMB') * 1_000_000,
    threads: readSetting('engine.threads'),
    provider: readSetting('engine.executionProvider'),
    positions: kvPositions(readSetting('context.positions'), readSetting('chat.maxTokens')),
    probeFile: probeFile(context),
  };
}

/** The KV cache is made larger only for prompts that the automatic size has no room for: any other wish needs no new engine. */
function kvPositions(prompt: number, answer: number): number {
  return prompt > automaticPositions - answer ? prompt + answer : 0;
}
