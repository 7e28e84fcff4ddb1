import type { Workspace } from '../../common/workspace';
import { readSetting } from '../settings/settings';
import type { FileRules } from './fileRules';
import { openFiles } from './openFiles';
import { workspaceRoots } from './workspaceRoots';

/** Reads what the engine is told of the workspace: its folders, its editors and the user's rules, as they are at that moment. */
export type ReadWorkspace = () => Workspace;

export function workspaceReader(rules: FileRules): ReadWorkspace {
  return () => ({ roots: workspaceRoots(), openFiles: openFiles(), rules: rules.all, ratio: readSetting('compression.ratio') });
}
