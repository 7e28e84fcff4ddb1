import * as vscode from 'vscode';
import type { Services } from '../../services';
import { showError } from '../../showError';
import { workspaceRoots } from '../workspaceRoots';
import { offerFolder } from './offerFolder';
import type { Choices } from './pickTarget';
import { targetsOf } from './targets';

/** Registers a command for files and folders: of the memory view, of the Explorer, or picked by the user. */
export function fileCommand(
  { files, log }: Pick<Services, 'files' | 'log'>,
  id: string,
  choices: Omit<Choices, 'files'>,
  act: (targets: readonly string[]) => Promise<unknown>,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (argument?: unknown, selected?: unknown) => {
    if (workspaceRoots().length === 0) {
      await offerFolder();
      return undefined;
    }
    try {
      const targets = await targetsOf(argument, selected, { ...choices, files });
      return targets.length === 0 ? undefined : await act(targets);
    } catch (error) {
      showError(error, log);
      return undefined;
    }
  });
}
