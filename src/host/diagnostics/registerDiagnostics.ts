import os from 'node:os';
import * as vscode from 'vscode';
import { commandIds } from '../../common/ids';
import type { Services } from '../services';
import { showError } from '../showError';
import { diagnosticsText } from './diagnosticsText';
import { FaultLog } from './faultLog';
import { gatherFacts } from './gatherFacts';
import { hidePaths } from './hidePaths';

/** The command that writes a report for an issue into an untitled document: the user reads it first and decides what to send. */
export function registerDiagnostics(services: Pick<Services, 'context' | 'engine' | 'completionStats' | 'log'>): vscode.Disposable {
  const { engine, log } = services;
  const faults = new FaultLog();
  return vscode.Disposable.from(
    faults,
    engine.onDidFailCall(({ method, code }) => faults.add(method, code)),
    engine.onDidCrash(({ code }) => faults.add('engine process', code)),
    vscode.commands.registerCommand(commandIds.showDiagnostics, async () => {
      try {
        const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
        const content = hidePaths(diagnosticsText(await gatherFacts(services, faults)), folders, os.homedir());
        await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content }), { preview: false });
      } catch (error) {
        showError(error, log);
      }
    }),
  );
}
