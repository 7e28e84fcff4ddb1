import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { fidelityBand, type FidelityBand } from '../../common/fidelity';
import type { PlacedWindow } from './layOut';
import type { Reconstruction, Reconstructions } from './reconstructions';
import { reconstructionScheme, reconstructionUri } from './reconstructionUri';
import { bandText, fidelityText, shortLabel, statusText, windowLabel } from './windowText';

/** Colour and stroke tell the bands apart: who can't tell the colours sees whole, broken and dotted lines. */
const strokes: Readonly<Record<FidelityBand, { readonly color: string; readonly style: string }>> = {
  high: { color: 'charts.green', style: 'solid' },
  medium: { color: 'charts.yellow', style: 'dashed' },
  low: { color: 'charts.red', style: 'dotted' },
};

/** Shows the fidelity of each window in the editors of a reconstruction and of the file beside it. */
export class FidelityDecorations implements Disposable {
  readonly #disposables = new DisposableStore();
  readonly #bands: ReadonlyMap<FidelityBand, vscode.TextEditorDecorationType>;
  readonly #labels: vscode.TextEditorDecorationType;

  constructor(private readonly reconstructions: Reconstructions) {
    this.#bands = new Map((['high', 'medium', 'low'] as const).map(band => [band, this.#disposables.add(bandDecoration(band))]));
    this.#labels = this.#disposables.add(
      vscode.window.createTextEditorDecorationType({ after: { margin: '0 0 0 2em', color: new vscode.ThemeColor('editorCodeLens.foreground') } }),
    );
    this.#disposables.add(vscode.window.onDidChangeVisibleTextEditors(() => this.#showAll()));
    // The editor moves decorations with the text that a new snapshot puts in their place.
    this.#disposables.add(vscode.workspace.onDidChangeTextDocument(({ document }) => document.uri.scheme === reconstructionScheme && this.#showAll()));
    this.#disposables.add(reconstructions.onDidUpdate(() => this.#showAll()));
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #showAll(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { uri } = editor.document;
      if (uri.scheme === reconstructionScheme) {
        this.#showReconstruction(editor, uri);
      } else if (uri.scheme === 'file' && isBesideReconstruction(uri)) {
        this.#showFile(editor, uri);
      }
    }
  }

  #showReconstruction(editor: vscode.TextEditor, uri: vscode.Uri): void {
    const reconstruction = this.reconstructions.get(uri);
    const placed = this.reconstructions.placed(uri);
    const total = reconstruction?.windowsTotal ?? 0;
    this.#mark(editor, placed, total, ({ startLine, endLine }) => [startLine, endLine]);
    const labels = placed.map(window => label(window, total, window.startLine, [shortLabel(window, total), ...(window.startLine === 0 ? [status(reconstruction)] : [])]));
    editor.setDecorations(this.#labels, placed.some(window => window.startLine === 0) ? labels : [plainLabel(status(reconstruction)), ...labels]);
  }

  #showFile(editor: vscode.TextEditor, uri: vscode.Uri): void {
    const reconstruction = this.reconstructions.get(reconstructionUri(uri));
    // The windows of a text that has changed since lie elsewhere in it.
    const placed = reconstruction === undefined || reconstruction.outdated ? [] : this.reconstructions.placed(reconstructionUri(uri));
    const total = reconstruction?.windowsTotal ?? 0;
    this.#mark(editor, placed, total, ({ window }) => [window.firstLine - 1, window.lastLine - 1]);
    editor.setDecorations(this.#labels, placed.map(window => label(window, total, window.window.firstLine - 1, [windowLabel(window, total)])));
  }

  #mark(editor: vscode.TextEditor, placed: readonly PlacedWindow[], total: number, linesOf: (window: PlacedWindow) => readonly [number, number]): void {
    for (const [band, decoration] of this.#bands) {
      const windows = placed.filter(({ window }) => fidelityBand(window.fidelity) === band);
      editor.setDecorations(decoration, windows.map(window => ({ range: new vscode.Range(linesOf(window)[0], 0, linesOf(window)[1], 0), hoverMessage: explanation(window, total) })));
    }
  }
}

/** A file that is only open by itself stays as it is. */
function isBesideReconstruction(file: vscode.Uri): boolean {
  return vscode.window.tabGroups.all.some(({ activeTab }) => activeTab?.input instanceof vscode.TabInputTextDiff && activeTab.input.modified.toString() === reconstructionUri(file).toString());
}

function bandDecoration(band: FidelityBand): vscode.TextEditorDecorationType {
  const { color, style } = strokes[band];
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderColor: new vscode.ThemeColor(color),
    borderStyle: style,
    borderWidth: '0 0 0 3px',
    overviewRulerColor: new vscode.ThemeColor(color),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
  });
}

function status(reconstruction: Reconstruction | undefined): string {
  return reconstruction === undefined ? vscode.l10n.t("Refresh to have the model recall the file.") : statusText(reconstruction);
}

function label(window: PlacedWindow, total: number, line: number, texts: readonly string[]): vscode.DecorationOptions {
  return { range: endOf(line), hoverMessage: explanation(window, total), renderOptions: { after: { contentText: texts.join(' · ') } } };
}

function plainLabel(text: string): vscode.DecorationOptions {
  return { range: endOf(0), renderOptions: { after: { contentText: text } } };
}

/** The end of a line, however long it is. */
function endOf(line: number): vscode.Range {
  return new vscode.Range(line, Number.MAX_SAFE_INTEGER, line, Number.MAX_SAFE_INTEGER);
}

function explanation(placed: PlacedWindow, total: number): vscode.MarkdownString {
  return new vscode.MarkdownString()
    .appendText(windowLabel(placed, total))
    .appendMarkdown('\n\n')
    .appendText(bandText(fidelityBand(placed.window.fidelity)))
    .appendMarkdown('\n\n')
    .appendText(fidelityText());
}
