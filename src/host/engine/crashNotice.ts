import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { commandIds } from '../../common/ids';
import type { ErrorCode } from '../../common/errors';
import { errorText } from '../errorText';
import type { EngineClient } from './engineClient';

/** Tells the user of a crash, once however many calls it took down: a message that is still open is not repeated. */
export function registerCrashNotice(client: EngineClient): Disposable {
  let open = false;
  return client.onDidCrash(error => {
    if (!open) {
      open = true;
      void tell(error.code).finally(() => (open = false));
    }
  });
}

async function tell(code: ErrorCode): Promise<void> {
  const restart = vscode.l10n.t("Restart");
  const showLog = vscode.l10n.t("Show Log");
  const choice = await vscode.window.showErrorMessage(errorText(code), restart, showLog);
  if (choice === restart) {
    await vscode.commands.executeCommand(commandIds.restartEngine);
  } else if (choice === showLog) {
    await vscode.commands.executeCommand(commandIds.showLog);
  }
}
