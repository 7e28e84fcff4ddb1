import type * as vscode from 'vscode';
import type { LastContext } from './chat/lastContext';
import type { Attachments } from './context/attachments';
import type { EngineClient } from './engine/engineClient';
import type { Background } from './memory/background/background';
import type { ReadWorkspace } from './memory/currentWorkspace';
import type { ActiveModel } from './models/activeModel';
import type { CompletionStats } from './inlineCompletion/completionStats';
import type { FileRules } from './memory/fileRules';
import type { ForgottenFiles } from './memory/forgottenFiles';
import type { MemoryFiles } from './memory/memoryFiles';
import type { WorkspaceMemory } from './memory/workspaceMemory';
import type { WorkspaceUse } from './memory/workspaceUse';

/** What the features are built from. Each takes the part that it needs. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly engine: EngineClient;
  readonly activeModel: ActiveModel;
  readonly memory: WorkspaceMemory;
  /** What is in memory of each file. */
  readonly files: MemoryFiles;
  readonly use: WorkspaceUse;
  readonly background: Background;
  readonly rules: FileRules;
  readonly forgotten: ForgottenFiles;
  readonly attachments: Attachments;
  readonly readWorkspace: ReadWorkspace;
  readonly lastContext: LastContext;
  readonly completionStats: CompletionStats;
  readonly log: vscode.LogOutputChannel;
}

/** Registers a feature; disposing the result takes it back. */
export type Feature = (services: Services) => vscode.Disposable;
