import type * as vscode from 'vscode';

/** Waits; resolves with false, at once, when the token is cancelled meanwhile. */
export function untilQuiet(milliseconds: number, token: vscode.CancellationToken): Promise<boolean> {
  return new Promise(resolve => {
    if (token.isCancellationRequested) {
      resolve(false);
      return;
    }
    const settle = (quiet: boolean): void => {
      clearTimeout(timer);
      subscription.dispose();
      resolve(quiet);
    };
    const timer = setTimeout(() => settle(true), milliseconds);
    const subscription = token.onCancellationRequested(() => settle(false));
  });
}
