import * as v from 'valibot';
import type * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { Emitter } from '../../common/event';
import { isIn } from './isIn';
import { fileRuleSchema, type FileRule } from '../../common/workspace';

const key = 'shorthand.fileRules';
const storedSchema = v.array(fileRuleSchema);

/** What the user decided for files and folders of this workspace: pins and ratios. Kept in the workspace's own state, never in its files. */
export class FileRules implements Disposable {
  readonly #changes = new Emitter<void>();
  readonly onDidChange = this.#changes.event;

  constructor(private readonly state: vscode.Memento) {}

  get all(): FileRule[] {
    const stored = v.safeParse(storedSchema, this.state.get(key));
    return stored.success ? stored.output : [];
  }

  /** Changes the rule of a path; a field that is set to undefined goes, and a rule without fields goes too. */
  async change(path: string, change: { readonly [K in 'pinned' | 'ratio']?: FileRule[K] | undefined }): Promise<void> {
    const { pinned, ratio } = { ...this.all.find(rule => rule.path === path), ...change };
    const others = this.all.filter(rule => rule.path !== path);
    const rule: FileRule = { path, ...(pinned === undefined ? {} : { pinned }), ...(ratio === undefined ? {} : { ratio }) };
    await this.state.update(key, pinned === undefined && ratio === undefined ? others : [...others, rule]);
    this.#changes.fire();
  }

  /** A file or folder has another path now: its rules, and those of what is in it, go along. */
  async move(from: string, to: string): Promise<void> {
    const rules = this.all;
    if (rules.some(rule => isIn(rule.path, from))) {
      await this.state.update(key, rules.map(rule => (isIn(rule.path, from) ? { ...rule, path: to + rule.path.slice(from.length) } : rule)));
      this.#changes.fire();
    }
  }

  dispose(): void {
    this.#changes.dispose();
  }
}
