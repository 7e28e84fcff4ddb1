import * as vscode from 'vscode';
import { LastContext } from './host/chat/lastContext';
import { registerChat } from './host/chat/registerChat';
import { Attachments } from './host/context/attachments';
import { registerContext } from './host/context/registerContext';
import { registerDiagnostics } from './host/diagnostics/registerDiagnostics';
import { registerHelp } from './host/diagnostics/registerHelp';
import { registerEditor } from './host/editor/registerEditor';
import { registerCrashNotice } from './host/engine/crashNotice';
import { createEngineClient } from './host/engine/createEngineClient';
import type { EngineClient } from './host/engine/engineClient';
import { registerEngineCommands } from './host/engine/engineCommands';
import { registerHover } from './host/hover/explainHover';
import { CompletionStats } from './host/inlineCompletion/completionStats';
import { registerInlineCompletion } from './host/inlineCompletion/registerInlineCompletion';
import { registerExcludeCommands } from './host/memory/actions/excludeCommands';
import { registerForgetCommand } from './host/memory/actions/forgetCommand';
import { registerRuleCommands } from './host/memory/actions/ruleCommands';
import { Background } from './host/memory/background/background';
import { registerBackground } from './host/memory/background/registerBackground';
import { registerClearMemory } from './host/memory/clearMemory';
import { registerCompressCommands } from './host/memory/compressCommands';
import { workspaceReader } from './host/memory/currentWorkspace';
import { FileRules } from './host/memory/fileRules';
import { ForgottenFiles } from './host/memory/forgottenFiles';
import { MemoryFiles } from './host/memory/memoryFiles';
import { registerMemoryView } from './host/memory/view/registerMemoryView';
import { WorkspaceMemory } from './host/memory/workspaceMemory';
import { registerMemoryTool } from './host/native/memoryTool';
import { registerModelProvider } from './host/native/modelProvider';
import { registerChatParticipant } from './host/native/participant';
import { WorkspaceUse } from './host/memory/workspaceUse';
import { registerMemoryMap } from './host/memoryMap/registerMemoryMap';
import { registerReconstruction } from './host/reconstruction/registerReconstruction';
import { ActiveModel } from './host/models/activeModel';
import { registerModels } from './host/models/registerModels';
import type { Feature } from './host/services';
import { registerStatusBar } from './host/status/statusBar';

const features: readonly Feature[] = [
  registerCrashNotice,
  registerEngineCommands,
  registerModels,
  registerCompressCommands,
  registerClearMemory,
  registerRuleCommands,
  registerExcludeCommands,
  registerForgetCommand,
  registerMemoryView,
  registerBackground,
  registerChat,
  registerContext,
  registerHover,
  registerEditor,
  registerInlineCompletion,
  registerReconstruction,
  registerMemoryMap,
  registerStatusBar,
  registerChatParticipant,
  registerModelProvider,
  registerMemoryTool,
  registerDiagnostics,
  registerHelp,
];

let engine: EngineClient | undefined;

/** Puts the extension together. Nothing here loads a model: the engine starts with the first call. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Shorthand", { log: true });
  context.subscriptions.push(log);
  engine = createEngineClient(context, log);
  const activeModel = new ActiveModel(context, engine, log);
  const rules = new FileRules(context.workspaceState);
  const readWorkspace = workspaceReader(rules);
  const memory = new WorkspaceMemory(engine);
  const files = new MemoryFiles(engine, readWorkspace);
  const use = new WorkspaceUse(context.workspaceState, engine);
  const forgotten = new ForgottenFiles(context.workspaceState);
  const background = new Background({ context, engine, activeModel, memory, files, use, forgotten, readWorkspace, log });
  const lastContext = new LastContext();
  const attachments = new Attachments(context.workspaceState);
  const completionStats = new CompletionStats(context.workspaceState);
  context.subscriptions.push(activeModel, rules, memory, files, use, background, attachments, lastContext, completionStats);
  const services = { context, engine, activeModel, memory, files, use, background, rules, forgotten, attachments, readWorkspace, lastContext, completionStats, log };
  context.subscriptions.push(...features.map(register => register(services)));
}

/** Waits until the engine process has ended, so that none outlives the window. */
export async function deactivate(): Promise<void> {
  await engine?.stop();
}
