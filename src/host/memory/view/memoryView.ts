import * as vscode from 'vscode';
import { contextKeys, viewIds } from '../../../common/ids';
import { errorMessage, isCancellation } from '../../../common/errors';
import { throttle } from '../../throttle';
import type { Services } from '../../services';
import { backgroundText, isWorking } from '../background/backgroundText';
import { progressText } from '../reportText';
import { workspaceRoots } from '../workspaceRoots';
import { memoryTree } from './memoryTree';
import { MemoryTreeData, type MemoryRow } from './memoryTreeData';
import { totalsText } from './memoryTexts';

/** What the view shows; the welcome texts of the manifest belong to all but `files` and `loading`. */
type ViewState = 'noFolder' | 'textAlone' | 'unused' | 'loading' | 'failed' | 'files';

/** Changes come in bursts, and each reading of the list looks at every file of the workspace. */
const refreshMs = 800;

export type MemoryViewParts = Pick<Services, 'engine' | 'activeModel' | 'memory' | 'files' | 'use' | 'rules' | 'background' | 'log'>;

/** The view of what is in memory. It reads the list only while it is visible, and never before Shorthand was used in this workspace. */
export class MemoryView implements vscode.Disposable {
  readonly #data: MemoryTreeData;
  readonly #view: vscode.TreeView<MemoryRow>;
  readonly #refresh: ReturnType<typeof throttle>;
  readonly #disposables: vscode.Disposable;
  #totals: string | undefined;
  /** Set when something has changed that the list does not tell yet. */
  #outdated = true;

  constructor(private readonly parts: MemoryViewParts) {
    const { engine, activeModel, memory, files, use, background } = parts;
    this.#data = new MemoryTreeData(path => memory.isCompressing(path));
    this.#view = vscode.window.createTreeView(viewIds.memory, { treeDataProvider: this.#data, canSelectMany: true, showCollapseAll: true });
    this.#refresh = throttle(refreshMs, () => void this.#readList());
    this.#disposables = vscode.Disposable.from(
      this.#data,
      this.#view,
      this.#refresh,
      this.#view.onDidChangeVisibility(() => this.#outdated && this.#refresh.request()),
      files.onDidChange(() => this.#show()),
      use.onDidChange(() => this.outdate()),
      activeModel.onDidChange(() => {
        this.#show();
        this.outdate();
      }),
      memory.onDidChangeActivity(() => {
        this.#data.refresh();
        this.outdate();
      }),
      // A long compression of the workspace is watched file by file.
      memory.onDidChange(() => {
        this.#showTexts();
        this.outdate();
      }),
      background.onDidChange(({ kind }) => {
        this.#showTexts();
        if (kind === 'waiting') {
          this.outdate();
        }
      }),
      engine.onDidChangeState(({ kind }) => kind === 'ready' && files.state.kind === 'failed' && this.outdate()),
    );
    this.#show();
  }

  /** Something that the list tells may have changed: it is read again as soon as the view is seen. */
  outdate(): void {
    this.#outdated = true;
    this.#refresh.request();
  }

  /** Selects a file or folder in the view; false when the view does not know it. */
  async reveal(path: string): Promise<boolean> {
    await vscode.commands.executeCommand(`${viewIds.memory}.focus`);
    if (this.#data.rowAt(path) === undefined) {
      await this.parts.files.refresh();
    }
    const row = this.#data.rowAt(path);
    if (row !== undefined) {
      await this.#view.reveal(row, { select: true, focus: true, expand: true });
    }
    return row !== undefined;
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  get #state(): ViewState {
    const { activeModel, files, use } = this.parts;
    if (workspaceRoots().length === 0) {
      return 'noFolder';
    }
    if (!activeModel.compresses) {
      return 'textAlone';
    }
    if (!use.isUsed) {
      return 'unused';
    }
    switch (files.state.kind) {
      case 'unknown':
        return 'loading';
      case 'failed':
        return 'failed';
      case 'listed':
        return 'files';
    }
  }

  async #readList(): Promise<void> {
    const state = this.#state;
    this.#show();
    if (!this.#view.visible || state === 'noFolder' || state === 'textAlone' || state === 'unused') {
      return;
    }
    this.#outdated = false;
    try {
      const reading = this.parts.files.refresh();
      // Later readings are quick, and a bar that flashes with every key stroke disturbs.
      await (state === 'loading' ? vscode.window.withProgress({ location: { viewId: viewIds.memory } }, () => reading) : reading);
    } catch (error) {
      if (!isCancellation(error)) {
        this.parts.log.warn(`The list of what is in memory can't be read: ${errorMessage(error)}`);
      }
    }
  }

  #show(): void {
    const { files, rules } = this.parts;
    const state = this.#state;
    void vscode.commands.executeCommand('setContext', contextKeys.memoryState, state);
    if (state === 'files' && files.state.kind === 'listed') {
      const { list, workspace, stats } = files.state;
      const tree = memoryTree(list, workspace.roots, rules.all);
      this.#totals = totalsText(tree.sums, stats);
      this.#data.show(tree);
    } else {
      this.#totals = undefined;
      this.#data.show(undefined);
    }
    this.#showTexts();
  }

  #showTexts(): void {
    const { memory, background } = this.parts;
    const { state } = background;
    const progress = memory.state.kind === 'compressing' ? memory.state.progress : undefined;
    const work = progress === undefined ? (isWorking(state) ? backgroundText(state) : undefined) : progressText(progress);
    this.#view.message = this.#totals === undefined ? '' : [this.#totals, ...(work === undefined ? [] : [work])].join('\n');
    this.#view.description = state.kind === 'paused' ? vscode.l10n.t("paused") : state.kind === 'onBattery' ? vscode.l10n.t("on battery") : '';
  }
}
