import * as v from 'valibot';
import type * as vscode from 'vscode';
import { attachmentKey, attachmentSchema, type Attachment } from '../../common/attachments';
import type { Disposable } from '../../common/disposable';
import { Emitter } from '../../common/event';

const key = 'shorthand.attachments';
const storedSchema = v.array(attachmentSchema);

/** More would not fit a prompt, and the list could not be looked over. */
export const maxAttachments = 50;

/** What the user attached to the next question. Kept in the workspace's own state, so that a reload of the window does not lose it. */
export class Attachments implements Disposable {
  readonly #changes = new Emitter<void>();
  #all: readonly Attachment[];

  readonly onDidChange = this.#changes.event;

  constructor(private readonly state: vscode.Memento) {
    const stored = v.safeParse(storedSchema, state.get(key));
    this.#all = stored.success ? stored.output : [];
  }

  get all(): readonly Attachment[] {
    return this.#all;
  }

  has(attachment: Attachment): boolean {
    const wanted = attachmentKey(attachment);
    return this.#all.some(candidate => attachmentKey(candidate) === wanted);
  }

  /** Adds what is not attached yet, after the others; returns how many did not fit. */
  add(...more: readonly Attachment[]): number {
    const wanted = new Map([...this.#all, ...more].map(attachment => [attachmentKey(attachment), attachment]));
    this.#set([...wanted.values()].slice(0, maxAttachments));
    return Math.max(0, wanted.size - maxAttachments);
  }

  remove(attachment: Attachment): void {
    const unwanted = attachmentKey(attachment);
    this.#set(this.#all.filter(candidate => attachmentKey(candidate) !== unwanted));
  }

  clear(): void {
    this.#set([]);
  }

  dispose(): void {
    this.#changes.dispose();
  }

  #set(all: readonly Attachment[]): void {
    this.#all = all;
    void this.state.update(key, all);
    this.#changes.fire();
  }
}
