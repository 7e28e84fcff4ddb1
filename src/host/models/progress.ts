import * as vscode from 'vscode';
import { signalOf } from '../cancellation';

/** Shows how much of the work is done, from 0 to 1, and what it is at; undefined leaves the bar where it is. */
export type Report = (share: number | undefined, message: string) => void;

/** Runs work that takes long behind a notification with a bar, which can stop it. */
export async function withStoppableProgress<T>(title: string, work: (report: Report, signal: AbortSignal) => Promise<T>): Promise<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
    const cancellation = signalOf(token);
    let shown = 0;
    const report: Report = (share, message) => {
      const percent = Math.min(100, (share ?? 0) * 100);
      const increment = Math.max(0, percent - shown);
      shown += increment;
      progress.report({ increment, message });
    };
    try {
      return await work(report, cancellation.signal);
    } finally {
      cancellation.dispose();
    }
  });
}
