import * as vscode from 'vscode';
import { commandIds } from '../../common/ids';
import type { ErrorCode } from '../../common/errors';
import { errorText } from '../errorText';
import type { Services } from '../services';

/** Tells the user of a crash, once however many calls it took down: a message that is still open is not repeated. */
export function registerCrashNotice({ engine }: Pick<Services, 'engine'>): vscode.Disposable {
  let open = false;
  const listening = engine.onDidCrash(error => {
    if (!open) {
      open = true;
      void tell(error.code).finally(() => (open = false));
    }
  });
  return vscode.Disposable.from(listening);
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
