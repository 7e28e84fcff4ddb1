import * as vscode from 'vscode';
import { isCancellation } from '../../common/errors';
import { commandIds } from '../../common/ids';
import type { CallOptions } from '../../common/rpc/client';
import type { CompressProgress, CompressReport } from '../../common/workspace';
import { signalOf } from '../cancellation';
import { formatCount } from '../format';
import { readSetting } from '../settings/settings';
import { showError } from '../showError';
import { openFiles } from './openFiles';
import { ReportDocument } from './reportDocument';
import { progressText, reportText, skippedText } from './reportText';
import type { WorkspaceMemory } from './workspaceMemory';
import { workspaceRoots } from './workspaceRoots';

type Work = (options: CallOptions<CompressProgress>) => Promise<CompressReport>;

/** The commands that compress: what they did is always told, and what they left out can be seen. */
export function registerCompressCommands(memory: WorkspaceMemory, log: vscode.LogOutputChannel): vscode.Disposable {
  const reports = new ReportDocument();
  const run = async (title: string, work: Work): Promise<void> => {
    try {
      await tellResult(await withProgress(title, work), reports);
    } catch (error) {
      if (isCancellation(error)) {
        vscode.window.setStatusBarMessage(vscode.l10n.t("Compression was stopped. What was encoded is kept."), 5000);
      }
      await showError(error, log);
    }
  };

  return vscode.Disposable.from(
    reports,
    vscode.commands.registerCommand(commandIds.compressWorkspace, async () => {
      const roots = workspaceRoots();
      if (roots.length === 0) {
        await offerFolder();
        return;
      }
      await run(vscode.l10n.t("Compressing the workspace"), options => memory.compressWorkspace({ roots, ratio: readSetting('compression.ratio') }, options));
    }),
    vscode.commands.registerCommand(commandIds.compressOpenFiles, async () => {
      const roots = workspaceRoots();
      if (roots.length === 0) {
        await offerFolder();
        return;
      }
      const files = openFiles();
      if (files.length === 0) {
        await vscode.window.showInformationMessage(vscode.l10n.t("No file of the workspace is open. Open one, or compress the whole workspace."));
        return;
      }
      await run(vscode.l10n.t("Compressing open files"), options => memory.compressFiles({ roots, files, ratio: readSetting('compression.ratio') }, options));
    }),
  );
}

function withProgress(title: string, work: Work): Thenable<CompressReport> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
    const cancellation = signalOf(token);
    let shown = 0;
    try {
      return await work({
        signal: cancellation.signal,
        onProgress: snapshot => {
          const percent = snapshot.phase === 'encoding' && snapshot.filesTotal > 0 ? (100 * snapshot.filesDone) / snapshot.filesTotal : 0;
          progress.report({ message: progressText(snapshot), increment: Math.max(0, percent - shown) });
          shown = Math.max(shown, percent);
        },
      });
    } finally {
      cancellation.dispose();
    }
  });
}

async function tellResult(report: CompressReport, reports: ReportDocument): Promise<void> {
  const { skipped } = report;
  if (skipped.length === 0) {
    void vscode.window.showInformationMessage(reportText(report));
    return;
  }
  const showSkipped = vscode.l10n.t("Show Skipped Files ({0})", formatCount(skipped.length));
  if ((await vscode.window.showInformationMessage(reportText(report), showSkipped)) === showSkipped) {
    await reports.show(vscode.l10n.t("Skipped files"), skippedText(skipped));
  }
}

async function offerFolder(): Promise<void> {
  const openFolder = vscode.l10n.t("Open Folder");
  const message = vscode.l10n.t("Shorthand compresses the files of a folder on disk, and none is open.");
  if ((await vscode.window.showInformationMessage(message, openFolder)) === openFolder) {
    await vscode.commands.executeCommand('vscode.openFolder');
  }
}
