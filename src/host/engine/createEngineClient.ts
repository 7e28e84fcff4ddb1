import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { errorMessage, ShorthandError } from '../../common/errors';
import { onDidChangeSettings, readSetting } from '../settings/settings';
import { EngineClient } from './engineClient';
import { readEngineOptions, startSettings } from './engineOptions';

const msPerMinute = 60_000;

/** The engine with this window's settings; changed ones take effect when no call is under way. */
export function createEngineClient(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): EngineClient {
  const client = new EngineClient({
    modulePath: join(context.extensionUri.fsPath, 'dist', 'engine.js'),
    readOptions: () => {
      makeStorageFolder(context.globalStorageUri.fsPath);
      return readEngineOptions(context);
    },
    readIdleMs: () => readSetting('engine.idleMinutes') * msPerMinute,
    log,
  });
  context.subscriptions.push(
    client,
    onDidChangeSettings(startSettings, () => client.renew()),
    onDidChangeSettings(['engine.idleMinutes'], () => client.renewIdleTime()),
  );
  return client;
}

/** VS Code names the folder but leaves making it to the extension. */
function makeStorageFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new ShorthandError('store-unavailable', `${folder} can't be made: ${errorMessage(error)}`, { cause: error });
  }
}
