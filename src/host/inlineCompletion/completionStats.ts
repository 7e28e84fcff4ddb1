import * as v from 'valibot';
import type * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { Emitter } from '../../common/event';

const key = 'shorthand.completionStats';
const size = v.pipe(v.number(), v.integer(), v.minValue(0));
const storedSchema = v.object({ shown: size, accepted: size });

/** How often completions were shown in this workspace, and how often one was taken over. */
export type CompletionCounts = v.InferOutput<typeof storedSchema>;

/** Counts completions for the user's own eyes: kept in the workspace's state on this machine. */
export class CompletionStats implements Disposable {
  readonly #changes = new Emitter<void>();
  readonly onDidChange = this.#changes.event;

  constructor(private readonly state: vscode.Memento) {}

  get counts(): CompletionCounts {
    const stored = v.safeParse(storedSchema, this.state.get(key));
    return stored.success ? stored.output : { shown: 0, accepted: 0 };
  }

  noteShown(): Promise<void> {
    return this.#set({ ...this.counts, shown: this.counts.shown + 1 });
  }

  noteAccepted(): Promise<void> {
    return this.#set({ ...this.counts, accepted: this.counts.accepted + 1 });
  }

  reset(): Promise<void> {
    return this.#set(undefined);
  }

  dispose(): void {
    this.#changes.dispose();
  }

  async #set(counts: CompletionCounts | undefined): Promise<void> {
    await this.state.update(key, counts);
    this.#changes.fire();
  }
}
