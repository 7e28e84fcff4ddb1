import type * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { Emitter } from '../../common/event';
import type { Engine } from '../engine/engine';
import type { EngineMethod } from '../engine/engineConnection';

const key = 'shorthand.used';
/** What only a user causes, as long as this workspace was never used. */
const uses: ReadonlySet<EngineMethod> = new Set<EngineMethod>(['compress', 'ask', 'explain', 'complete', 'reconstruct']);

/**
 * Whether Shorthand was ever used in this workspace. Before that neither the background nor a view starts the engine: whoever only has the
 * extension installed pays nothing for it.
 */
export class WorkspaceUse implements Disposable {
  readonly #changes = new Emitter<boolean>();
  readonly onDidChange = this.#changes.event;
  readonly #listening: Disposable;
  #used: boolean;

  constructor(
    private readonly state: vscode.Memento,
    engine: Engine,
  ) {
    this.#used = state.get<unknown>(key) === true;
    this.#listening = engine.onWillCall(method => uses.has(method) && this.#set(true));
  }

  get isUsed(): boolean {
    return this.#used;
  }

  /** Nothing is in memory any more, as before the first use. */
  forget(): void {
    this.#set(false);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changes.dispose();
  }

  #set(used: boolean): void {
    if (used !== this.#used) {
      this.#used = used;
      void this.state.update(key, used);
      this.#changes.fire(used);
    }
  }
}
