import type * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable';

/** An abort signal that follows a cancellation token of VS Code, until it is disposed. */
export function signalOf(token: vscode.CancellationToken): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const disposables = new DisposableStore();
  disposables.add(token.onCancellationRequested(() => controller.abort()));
  if (token.isCancellationRequested) {
    controller.abort();
  }
  return { signal: controller.signal, dispose: () => disposables.dispose() };
}
