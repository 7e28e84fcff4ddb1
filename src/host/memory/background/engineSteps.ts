import * as vscode from 'vscode';
import { throwIfCancelled } from '../../../common/errors';
import { isShownInTab, openFiles, toOpenFile } from '../openFiles';
import type { Services } from '../../services';
import type { BackgroundSteps } from './backgroundWork';
import { idleTasks, type IdleTask } from './idleTasks';

/** The background's steps as calls of the engine. */
export class EngineSteps implements BackgroundSteps {
  #calling = false;

  constructor(private readonly parts: Pick<Services, 'engine' | 'memory' | 'files' | 'forgotten' | 'readWorkspace' | 'log'>) {}

  /** True while a call of the engine is being made from here: that is how listeners tell it from a user's. */
  get isCalling(): boolean {
    return this.#calling;
  }

  async list(signal: AbortSignal): Promise<readonly IdleTask[]> {
    const { files, forgotten } = this.parts;
    const list = await files.refresh();
    throwIfCancelled(signal);
    return files.state.kind === 'listed' ? idleTasks(list, files.state.stats, openFiles().map(file => file.path), forgotten.all) : [];
  }

  async compressTouched(paths: readonly string[], signal: AbortSignal): Promise<void> {
    // VS Code also opens documents that nobody sees, for searches and for other extensions.
    const forgotten = this.parts.forgotten.all;
    const shown = paths.filter(path => !forgotten.has(path) && isShownInTab(vscode.Uri.file(path)));
    if (shown.length > 0) {
      await this.compress(shown, signal);
    }
  }

  async compress(paths: readonly string[], signal: AbortSignal): Promise<void> {
    const { memory, readWorkspace, log } = this.parts;
    const files = paths.map(path => toOpenFile(vscode.Uri.file(path)));
    const { windowsEncoded } = await this.#call(() => memory.compressFiles({ workspace: readWorkspace(), files }, { signal }));
    log.debug(`Background: ${windowsEncoded} windows encoded of ${paths.join(', ')}`);
  }

  async measure(paths: readonly string[], signal: AbortSignal): Promise<void> {
    const { engine, readWorkspace, log } = this.parts;
    const { windows } = await this.#call(() => engine.call('measure', { workspace: readWorkspace(), files: [...paths] }, { signal }));
    log.debug(`Background: fidelity of ${windows} windows measured of ${paths.join(', ')}`);
  }

  #call<T>(call: () => Promise<T>): Promise<T> {
    this.#calling = true;
    try {
      return call();
    } finally {
      this.#calling = false;
    }
  }
}
