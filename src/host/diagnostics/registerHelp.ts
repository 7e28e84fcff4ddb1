import * as vscode from 'vscode';
import { commandIds, walkthroughId } from '../../common/ids';
import { ReportDocument } from '../memory/reportDocument';
import type { Services } from '../services';
import { accessibilityHelp } from './accessibilityHelp';

/** The commands that help a user along: the walkthrough, and what keyboards and screen readers can do. */
export function registerHelp({ context }: Pick<Services, 'context'>): vscode.Disposable {
  const help = new ReportDocument('shorthand-help');
  return vscode.Disposable.from(
    help,
    vscode.commands.registerCommand(commandIds.getStarted, () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#${walkthroughId}`, false),
    ),
    vscode.commands.registerCommand(commandIds.openAccessibilityHelp, () => help.show(vscode.l10n.t("Shorthand Accessibility Help"), accessibilityHelp())),
  );
}
