import * as v from 'valibot';
import type * as vscode from 'vscode';
import { isIn } from './isIn';

const key = 'shorthand.forgottenFiles';
const storedSchema = v.array(v.string());

/**
 * Files (absolute paths) whose slots the user had forgotten: the background leaves them without slots until the user compresses them again.
 * Kept in the workspace's own state: a reload of the window must not bring back what was taken out.
 */
export class ForgottenFiles {
  constructor(private readonly state: vscode.Memento) {}

  get all(): ReadonlySet<string> {
    const stored = v.safeParse(storedSchema, this.state.get(key));
    return new Set(stored.success ? stored.output : []);
  }

  async add(paths: readonly string[]): Promise<void> {
    await this.#set([...this.all, ...paths]);
  }

  /** The user compresses these files, or, without paths, all files. */
  async takeBack(paths?: readonly string[]): Promise<void> {
    const taken = new Set(paths);
    await this.#set(paths === undefined ? [] : [...this.all].filter(path => !taken.has(path)));
  }

  /** A file or folder has another path now. */
  async move(from: string, to: string): Promise<void> {
    await this.#set([...this.all].map(path => (isIn(path, from) ? to + path.slice(from.length) : path)));
  }

  async #set(paths: readonly string[]): Promise<void> {
    const before = this.all;
    const after = new Set(paths);
    if (after.size !== before.size || paths.some(path => !before.has(path))) {
      await this.state.update(key, [...after]);
    }
  }
}
