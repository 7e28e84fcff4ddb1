import * as vscode from 'vscode';
import { formatCount, formatPercent } from '../format';
import type { Reconstructions } from './reconstructions';
import { bandText } from './windowText';
import { fidelityBand } from '../../common/fidelity';

/** Lists the windows in "Go to Symbol" and the outline: the way to them, and to what the colours say, with the keyboard and a screen reader. */
export class WindowSymbols implements vscode.DocumentSymbolProvider {
  constructor(private readonly reconstructions: Reconstructions) {}

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    return this.reconstructions.placed(document.uri).map(({ window, number, startLine, endLine }) => {
      const name = vscode.l10n.t("Window {0}: fidelity {1}", formatCount(number), formatPercent(window.fidelity));
      const range = document.validateRange(new vscode.Range(startLine, 0, endLine, Number.MAX_SAFE_INTEGER));
      return new vscode.DocumentSymbol(name, bandText(fidelityBand(window.fidelity)), vscode.SymbolKind.Namespace, range, range);
    });
  }
}
