import path from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { fileRules } from '../../common/fileRules';
import { commandIds } from '../../common/ids';
import { fileInFront } from '../memory/openFiles';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import type { Services } from '../services';
import { colouredLanguage, registerColouredLanguage } from './colouredLanguage';
import { FidelityDecorations } from './fidelityDecorations';
import { Recall } from './recall';
import { Reconstructions } from './reconstructions';
import { fileOf, reconstructionScheme, reconstructionUri } from './reconstructionUri';
import { WindowSymbols } from './windowSymbols';

/** Menus pass a URI, trees their item, links a path. */
const uriSchema = v.custom<vscode.Uri>(value => value instanceof vscode.Uri);
const targetSchema = v.union([
  uriSchema,
  v.pipe(v.object({ resourceUri: uriSchema }), v.transform(item => item.resourceUri)),
  v.pipe(v.object({ path: v.string() }), v.transform(item => vscode.Uri.file(item.path))),
]);

/** Shows a file beside what the decoder makes of its slots. */
export function registerReconstruction({ engine, readWorkspace, rules, log }: Pick<Services, 'engine' | 'readWorkspace' | 'rules' | 'log'>): vscode.Disposable {
  const reconstructions = new Reconstructions();
  const recall = new Recall({ engine, readWorkspace, rules, log }, reconstructions);
  return vscode.Disposable.from(
    recall,
    new FidelityDecorations(reconstructions),
    vscode.workspace.registerTextDocumentContentProvider(reconstructionScheme, reconstructions),
    vscode.languages.registerDocumentSymbolProvider({ scheme: reconstructionScheme }, new WindowSymbols(reconstructions)),
    vscode.commands.registerCommand(commandIds.showReconstruction, async (target: unknown) => {
      const file = fileOfTarget(target);
      if (file === undefined || !isWorkspaceFile(file)) {
        void vscode.window.showInformationMessage(vscode.l10n.t("Open a file of the workspace first: then Shorthand shows what the model remembers of it."));
        return;
      }
      await showDiff(file, fileRules(readWorkspace())(file.fsPath).ratio);
      await recall.run(file);
    }),
    vscode.commands.registerCommand(commandIds.refreshReconstruction, async (target: unknown) => {
      const file = fileOfTarget(target);
      if (file !== undefined && isWorkspaceFile(file)) {
        await recall.run(file);
      }
    }),
    registerColouredLanguage(),
    reconstructions,
  );
}

/** The file that a command is about: that of its argument, else the one in front. */
function fileOfTarget(target: unknown): vscode.Uri | undefined {
  const parsed = v.safeParse(targetSchema, target);
  const uri = parsed.success ? parsed.output : fileInFront();
  return uri?.scheme === reconstructionScheme ? fileOf(uri) : uri;
}

async function showDiff(file: vscode.Uri, ratio: number): Promise<void> {
  const { languageId } = await vscode.workspace.openTextDocument(file);
  const right = await vscode.workspace.openTextDocument(reconstructionUri(file));
  // The user may have chosen another language for the file than its name tells.
  if (right.languageId !== colouredLanguage(languageId)) {
    await vscode.languages.setTextDocumentLanguage(right, colouredLanguage(languageId));
  }
  await vscode.commands.executeCommand('vscode.diff', file, right.uri, vscode.l10n.t("{0} ↔ What the Model Remembers ({1}x)", path.basename(file.fsPath), ratio), { preview: true });
}
