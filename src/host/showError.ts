import * as vscode from 'vscode';
import { errorMessage, isCancellation } from '../common/errors';
import { isCrash } from './engine/engineClient';
import { errorCodeOf, errorText } from './errorText';
import type { Log } from './log';

/**
 * Shows why a command failed, with a way to the log; doesn't wait for the user to read it. Cancellations need no message, and crashes have
 * one of their own.
 */
export function showError(error: unknown, log: Log & { show(): void }): void {
  if (isCancellation(error) || isCrash(error)) {
    return;
  }
  log.error(error instanceof Error ? (error.stack ?? error.message) : errorMessage(error));
  const showLog = vscode.l10n.t("Show Log");
  void vscode.window.showErrorMessage(errorText(errorCodeOf(error)), showLog).then(choice => choice === showLog && log.show());
}
