import * as v from 'valibot';
import * as vscode from 'vscode';
import type { Answer } from '../../common/context';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { errorMessage, isCancellation } from '../../common/errors';
import { internalCommandIds } from '../../common/ids';
import { errorCodeOf } from '../errorText';
import { editorInFront, openFileOf } from '../memory/openFiles';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import type { Services } from '../services';
import { hoverSampling } from '../settings/sampling';
import { onDidChangeSettings, readSetting } from '../settings/settings';
import { Explanations } from './explanations';
import { hoverContent } from './hoverContent';
import { symbolAt } from './symbolAt';
import { findSymbolCode } from './symbolCode';
import { wordKey, wordPlaceSchema } from './wordPlace';

/**
 * Explains the symbol under the mouse, on a click only: a hover is shown in passing, and a model that starts with every rest of the mouse
 * would never be done. A hover can't be changed once it is shown, so the click and the end of the writing show it again.
 */
class ExplainHover implements vscode.HoverProvider, Disposable {
  readonly #explanations = new Explanations();
  readonly #disposables = new DisposableStore();

  constructor(private readonly services: Pick<Services, 'engine' | 'readWorkspace' | 'log'>) {
    this.#disposables.add(this.#explanations);
    this.#disposables.add(vscode.languages.registerHoverProvider({ scheme: 'file' }, this));
    this.#disposables.add(vscode.commands.registerCommand(internalCommandIds.explainHover, (place: unknown) => this.#explain(place)));
    this.#disposables.add(vscode.window.onDidChangeTextEditorSelection(event => this.#cancelUnlessAt(event.textEditor)));
    this.#disposables.add(vscode.window.onDidChangeActiveTextEditor(() => this.#explanations.cancel()));
    this.#disposables.add(onDidChangeSettings(['hover.enabled'], () => readSetting('hover.enabled') || this.#explanations.cancel()));
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const range = symbolAt(document, position);
    if (range === undefined || !readSetting('hover.enabled') || !isWorkspaceFile(document.uri)) {
      return undefined;
    }
    const key = wordKey(document, range);
    this.#explanations.cancel(key);
    const place = { uri: document.uri.toString(), line: range.start.line, character: range.start.character };
    return new vscode.Hover(hoverContent(this.#explanations.get(key), place), range);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  /** Runs when the link of a hover was clicked. Anyone may call a command, so what it is called with is checked. */
  async #explain(raw: unknown): Promise<void> {
    const place = v.safeParse(wordPlaceSchema, raw);
    const front = editorInFront();
    if (!place.success || front?.document.uri.toString() !== place.output.uri) {
      return;
    }
    // `editor.action.showHover` works where the focus is, which may be in a panel.
    const editor = front === vscode.window.activeTextEditor ? front : await vscode.window.showTextDocument(front.document, front.viewColumn);
    const { document } = editor;
    const position = document.validatePosition(new vscode.Position(place.output.line, place.output.character));
    const range = symbolAt(document, position);
    if (range === undefined) {
      return;
    }
    // `editor.action.showHover` shows the hover of the cursor, not of the mouse.
    if (!range.contains(editor.selection.active)) {
      editor.selection = new vscode.Selection(position, position);
    }
    const writing = this.#explanations.write(wordKey(document, range), signal => this.#ask(document, range, signal).catch((error: unknown) => this.#rethrowLogged(error)));
    await showHover();
    if (await writing) {
      await showHover();
    }
  }

  async #ask(document: vscode.TextDocument, range: vscode.Range, signal: AbortSignal): Promise<Answer> {
    const code = await findSymbolCode(document, range.start);
    const symbol = document.getText(range);
    this.services.log.debug(`Explaining ${symbol}: ${code.document.uri.fsPath}:${code.lines.firstLine}-${code.lines.lastLine}`);
    return this.services.engine.call(
      'explain',
      {
        workspace: this.services.readWorkspace(),
        file: openFileOf(code.document),
        symbol,
        ...code.lines,
        sampling: hoverSampling(),
      },
      { signal },
    );
  }

  /** The hover has room for a sentence only; it sends the user to the log for more. */
  #rethrowLogged(error: unknown): never {
    if (!isCancellation(error)) {
      this.services.log.error(`An explanation failed (${errorCodeOf(error)}): ${errorMessage(error)}`);
    }
    throw error;
  }

  #cancelUnlessAt(editor: vscode.TextEditor): void {
    const range = symbolAt(editor.document, editor.selection.active);
    this.#explanations.cancel(range === undefined ? undefined : wordKey(editor.document, range));
  }
}

export function registerHover(services: Services): vscode.Disposable {
  return vscode.Disposable.from(new ExplainHover(services));
}

/** Shows the hover of the cursor. VS Code asks no provider again while a hover is open at the same place, so that one is closed first. */
async function showHover(): Promise<void> {
  await vscode.commands.executeCommand('editor.action.hideHover');
  await vscode.commands.executeCommand('editor.action.showHover', { focus: 'noAutoFocus' });
}
