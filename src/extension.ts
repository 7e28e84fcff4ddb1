import * as vscode from 'vscode';
import { registerChat } from './host/chat/registerChat';
import { createEngineClient } from './host/engine/createEngineClient';
import { registerCrashNotice } from './host/engine/crashNotice';
import type { EngineClient } from './host/engine/engineClient';
import { registerEngineCommands } from './host/engine/engineCommands';
import { ExplainHover } from './host/hover/explainHover';
import { registerBackgroundCompression } from './host/memory/backgroundCompression';
import { registerClearMemory } from './host/memory/clearMemory';
import { registerCompressCommands } from './host/memory/compressCommands';
import { WorkspaceMemory } from './host/memory/workspaceMemory';
import { registerStatusBar } from './host/status/statusBar';

let engine: EngineClient | undefined;

/** Puts the extension together. Nothing here loads a model: the engine starts with the first call. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Shorthand", { log: true });
  context.subscriptions.push(log);
  engine = createEngineClient(context, log);
  const memory = new WorkspaceMemory(engine);
  context.subscriptions.push(
    memory,
    registerCrashNotice(engine),
    registerEngineCommands(engine, log),
    registerCompressCommands(memory, log),
    registerClearMemory(engine, memory, log),
    registerBackgroundCompression(engine, memory, log),
    registerChat(context.extensionUri, engine, memory, log),
    new ExplainHover(engine, log),
    registerStatusBar(engine),
    vscode.workspace.onDidChangeWorkspaceFolders(() => memory.reset()),
  );
}

/** Waits until the engine process has ended, so that none outlives the window. */
export async function deactivate(): Promise<void> {
  await engine?.stop();
}
