import * as vscode from 'vscode';
import { isCancellation } from '../../common/errors';
import { commandIds } from '../../common/ids';
import type { CallOptions } from '../../common/rpc/client';
import type { CompressProgress, CompressReport, Workspace } from '../../common/workspace';
import { signalOf } from '../cancellation';
import { errorText } from '../errorText';
import { formatCount } from '../format';
import type { Services } from '../services';
import { showError } from '../showError';
import { fileCommand } from './actions/fileCommand';
import { offerFolder } from './actions/offerFolder';
import { filesOf, nameOf } from './actions/targets';
import { toOpenFile } from './openFiles';
import { ReportDocument } from './reportDocument';
import type { MemoryNode } from './view/memoryTree';
import { shownPath } from './workspaceRoots';
import { progressText, reportLine, reportText, skippedText } from './reportText';

/** A compression that only waits for its progress and cancellation to be connected. */
type Work = (options: CallOptions<CompressProgress>) => Promise<CompressReport>;

/**
 * The commands that compress: what they did is always told, and what they left out can be seen. They return their report to other
 * extensions and tests that run them, and nothing when there was nothing to do.
 */
export function registerCompressCommands({ activeModel, memory, files, forgotten, readWorkspace, log }: Pick<Services, 'activeModel' | 'memory' | 'files' | 'forgotten' | 'readWorkspace' | 'log'>): vscode.Disposable {
  const reports = new ReportDocument('shorthand-report');
  const run = async (title: string, work: (workspace: Workspace) => Work | undefined): Promise<CompressReport | undefined> => {
    const workspace = readWorkspace();
    if (workspace.roots.length === 0) {
      void offerFolder();
      return undefined;
    }
    if (!activeModel.compresses) {
      void tellNoCompressor();
      return undefined;
    }
    const chosen = work(workspace);
    if (chosen === undefined) {
      return undefined;
    }
    try {
      const report = await withProgress(title, chosen);
      log.info(reportLine(report));
      void tellResult(report, reports);
      return report;
    } catch (error) {
      if (isCancellation(error)) {
        vscode.window.setStatusBarMessage(vscode.l10n.t("Compression was stopped. What was encoded is kept."), 5000);
      }
      showError(error, log);
      return undefined;
    }
  };

  const compressTargets = async (targets: readonly string[]): Promise<CompressReport | undefined> => {
    const found = filesOf(await files.refresh(), targets).map(file => file.path);
    // One that the list does not have is named in the report, with the reason.
    const paths = found.length > 0 ? found : targets;
    const title = vscode.l10n.t("Compressing {0}", nameOf(targets));
    return run(title, workspace => async options => {
      await forgotten.takeBack(paths);
      return memory.compressFiles({ workspace, files: paths.map(path => toOpenFile(vscode.Uri.file(path))) }, options);
    });
  };
  const compressible = { title: vscode.l10n.t("Compress"), fits: (node: MemoryNode): boolean => node.kind !== 'skipped' };

  return vscode.Disposable.from(
    reports,
    fileCommand({ files, log }, commandIds.compressFiles, compressible, compressTargets),
    vscode.commands.registerCommand(commandIds.compressWorkspace, () =>
      run(vscode.l10n.t("Compressing the workspace"), workspace => async options => {
        await forgotten.takeBack();
        return memory.compressWorkspace({ workspace }, options);
      }),
    ),
    vscode.commands.registerCommand(commandIds.compressOpenFiles, () =>
      run(vscode.l10n.t("Compressing open files"), workspace => {
        const open = workspace.openFiles;
        if (open.length === 0) {
          void vscode.window.showInformationMessage(vscode.l10n.t("No file of the workspace is open: open one first."));
          return undefined;
        }
        return async options => {
          await forgotten.takeBack(open.map(file => file.path));
          return memory.compressFiles({ workspace, files: open }, options);
        };
      }),
    ),
  );
}

/** What a user who wants to compress has to know of such a model, and the way to another. */
async function tellNoCompressor(): Promise<void> {
  const choose = vscode.l10n.t("Choose Model");
  if ((await vscode.window.showInformationMessage(errorText('no-compressor'), choose)) === choose) {
    await vscode.commands.executeCommand(commandIds.chooseModel);
  }
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
    await vscode.window.showInformationMessage(reportText(report));
    return;
  }
  const showSkipped = vscode.l10n.t("Show Skipped Files ({0})", formatCount(skipped.length));
  if ((await vscode.window.showInformationMessage(reportText(report), showSkipped)) === showSkipped) {
    await reports.show(vscode.l10n.t("Skipped files"), skippedText(skipped.map(file => ({ ...file, path: shownPath(file.path) }))));
  }
}
