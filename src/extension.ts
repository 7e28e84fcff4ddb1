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
import { registerBackgroundCompression } from './host/memory/backgroundCompression';
import { registerClearMemory } from './host/memory/clearMemory';
import { registerCompressCommands } from './host/memory/compressCommands';
import { workspaceReader } from './host/memory/currentWorkspace';
import { FileRules } from './host/memory/fileRules';
import { WorkspaceMemory } from './host/memory/workspaceMemory';
import { registerMemoryTool } from './host/native/memoryTool';
import { registerModelProvider } from './host/native/modelProvider';
import { registerChatParticipant } from './host/native/participant';
import type { Feature } from './host/services';
import { registerStatusBar } from './host/status/statusBar';

const features: readonly Feature[] = [
  registerCrashNotice,
  registerEngineCommands,
  registerCompressCommands,
  registerClearMemory,
  registerBackgroundCompression,
  registerChat,
  registerContext,
  registerHover,
  registerEditor,
  registerInlineCompletion,
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
  const rules = new FileRules(context.workspaceState);
  const memory = new WorkspaceMemory(engine);
  const lastContext = new LastContext();
  const attachments = new Attachments(context.workspaceState);
  const completionStats = new CompletionStats(context.workspaceState);
  context.subscriptions.push(rules, memory, attachments, lastContext, completionStats);
  const services = { context, engine, memory, rules, attachments, readWorkspace: workspaceReader(rules), lastContext, completionStats, log };
  context.subscriptions.push(...features.map(register => register(services)));
}

/** Waits until the engine process has ended, so that none outlives the window. */
export async function deactivate(): Promise<void> {
  await engine?.stop();
}
