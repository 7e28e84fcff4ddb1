import path from 'node:path';
import * as vscode from 'vscode';
import type { FileMemory, MemoryList } from '../../../common/workspace';
import { isIn } from '../isIn';
import { isWorkspaceFile } from '../workspaceRoots';
import { pickTarget, type Choices } from './pickTarget';

/** A row of the memory view, as VS Code hands it to a command. */
function pathOf(argument: unknown): string | undefined {
  if (argument instanceof vscode.Uri) {
    return isWorkspaceFile(argument) ? argument.fsPath : undefined;
  }
  return typeof argument === 'object' && argument !== null && 'path' in argument && typeof argument.path === 'string' ? argument.path : undefined;
}

/**
 * The files and folders (absolute paths) that a command is for: the rows or Explorer entries that were selected with the one it was called on,
 * or, from the palette, the one that the user picks. Empty when they pick none.
 */
export async function targetsOf(argument: unknown, selected: unknown, choices: Choices): Promise<readonly string[]> {
  const others: readonly unknown[] = Array.isArray(selected) ? selected : [];
  const paths = [...new Set([argument, ...others].flatMap(item => pathOf(item) ?? []))];
  if (paths.length > 0 || argument !== undefined) {
    return paths;
  }
  const picked = await pickTarget(choices);
  return picked === undefined ? [] : [picked];
}

/** The files of a list that are among the targets or in folders that are. */
export function filesOf({ files }: MemoryList, targets: readonly string[]): FileMemory[] {
  return files.filter(file => targets.some(target => isIn(file.path, target)));
}

/** What a message calls the targets: the name of the only one, or how many there are. */
export function nameOf(targets: readonly string[]): string {
  const [first] = targets;
  return first !== undefined && targets.length === 1 ? path.basename(first) : vscode.l10n.t("{0} files and folders", targets.length);
}
