import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../common/disposable';
import { commandIds } from '../../../common/ids';
import { editorInFront } from '../../memory/openFiles';
import { isWorkspaceFile } from '../../memory/workspaceRoots';

/** The manifest shows the buttons for documents of this scheme. */
const scheme = 'shorthand-proposal';

interface Proposal {
  readonly document: vscode.TextDocument;
  /** The version of the document that the proposal was made for. */
  readonly version: number;
  readonly range: vscode.Range;
  readonly code: string;
}

/** Changes that an answer proposes to a file. Each is shown as a comparison first, and made only when the user says so. */
export class Proposals implements Disposable {
  readonly #disposables = new DisposableStore();
  readonly #proposals = new Map<string, Proposal>();
  #count = 0;

  constructor() {
    this.#disposables.add(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        provideTextDocumentContent: uri => {
          const proposal = this.#proposals.get(uri.toString());
          return proposal === undefined ? '' : textWith(proposal);
        },
      }),
    );
    this.#disposables.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#proposals.delete(uri.toString())));
    this.#disposables.add(vscode.commands.registerCommand(commandIds.applyProposal, () => this.#settle(proposal => this.#apply(proposal))));
    this.#disposables.add(vscode.commands.registerCommand(commandIds.discardProposal, () => this.#settle(() => Promise.resolve())));
  }

  /** Compares the file in front with what it would be: the code takes the place of the selection, or of the whole file. */
  async show(code: string): Promise<void> {
    const editor = editorInFront();
    if (editor === undefined || !isWorkspaceFile(editor.document.uri)) {
      void vscode.window.showInformationMessage(vscode.l10n.t("Open the file that the code is for, and select what it should replace: without a selection it replaces the whole file."));
      return;
    }
    const { document, selection } = editor;
    this.#count += 1;
    const uri = vscode.Uri.from({ scheme, path: document.uri.path, query: String(this.#count) });
    const range = selection.isEmpty ? document.validateRange(new vscode.Range(0, 0, document.lineCount, 0)) : new vscode.Range(selection.start, selection.end);
    this.#proposals.set(uri.toString(), { document, version: document.version, range, code: withLineEnd(code, document.getText(range)) });
    const name = vscode.workspace.asRelativePath(document.uri);
    const title = selection.isEmpty
      ? vscode.l10n.t("{0}: replace the whole file?", name)
      : selection.isSingleLine
        ? vscode.l10n.t("{0}: replace the selection in line {1}?", name, selection.start.line + 1)
        : vscode.l10n.t("{0}: replace the selection in lines {1}–{2}?", name, selection.start.line + 1, selection.end.line + 1);
    await vscode.commands.executeCommand('vscode.diff', document.uri, uri, title, { preview: true });
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#proposals.clear();
  }

  /** Closes the comparison that is shown; `action` decides what comes of its proposal. */
  async #settle(action: (proposal: Proposal) => Promise<void>): Promise<void> {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    const proposal = tab?.input instanceof vscode.TabInputTextDiff ? this.#proposals.get(tab.input.modified.toString()) : undefined;
    if (tab !== undefined && proposal !== undefined) {
      await action(proposal);
      await vscode.window.tabGroups.close(tab);
      await vscode.window.showTextDocument(proposal.document.uri);
    }
  }

  async #apply({ document, version, range, code }: Proposal): Promise<void> {
    const name = vscode.workspace.asRelativePath(document.uri);
    if (document.version !== version) {
      void vscode.window.showWarningMessage(vscode.l10n.t("{0} has changed since. Choose Apply at the code again to compare with it as it is now.", name));
      return;
    }
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, range, code);
    if (!(await vscode.workspace.applyEdit(edit))) {
      void vscode.window.showWarningMessage(vscode.l10n.t("{0} can't be changed.", name));
    }
  }
}

/** A block of code comes without the end of its last line: whole lines that it replaces had one. */
function withLineEnd(code: string, replaced: string): string {
  return replaced.endsWith('\n') && !code.endsWith('\n') ? `${code}\n` : code;
}

function textWith({ document, range, code }: Proposal): string {
  const text = document.getText();
  return text.slice(0, document.offsetAt(range.start)) + code + text.slice(document.offsetAt(range.end));
}
