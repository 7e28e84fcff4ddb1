import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { errorMessage } from '../../common/errors';
import { Emitter } from '../../common/event';
import type { MapFile, MapState } from '../../common/mapProtocol';
import type { FileMemory } from '../../common/workspace';
import { errorText } from '../errorText';
import { workspaceRoots } from '../memory/workspaceRoots';
import type { Services } from '../services';
import { onDidChangeSettings } from '../settings/settings';
import { showError } from '../showError';
import { throttle } from '../throttle';
import { positionsRead } from './positionsRead';

const snapshotMs = 250;
/** Reading the list looks at every file of the workspace. */
const listMs = 2000;

type Sources = Pick<Services, 'engine' | 'files' | 'memory' | 'rules' | 'readWorkspace' | 'lastContext' | 'log'>;

/** What the map shows, put together from its sources and kept up to date while a page follows it. */
export class MapSource implements Disposable {
  readonly #changes = new Emitter<void>();
  #measuring: { readonly abort: AbortController; readonly progress: NonNullable<MapState['measuring']> } | undefined;

  constructor(private readonly sources: Sources) {}

  /** Sends a snapshot now and after every change, but not more often than a page can show. */
  follow(send: (state: MapState) => void, isShown: () => boolean): Disposable {
    const { engine, files, memory, rules, lastContext } = this.sources;
    const disposables = new DisposableStore();
    const { request } = disposables.add(throttle(snapshotMs, () => isShown() && send(this.#state())));
    const list = disposables.add(throttle(listMs, () => isShown() && this.refresh()));
    // An engine that rests stays at rest: nothing has changed in memory without it.
    const listIfAwake = (): void => {
      if (engine.state.kind === 'ready' || engine.state.kind === 'busy') {
        list.request();
      }
    };
    for (const event of [this.#changes.event, memory.onDidChange, lastContext.onDidChange, files.onDidChange]) {
      disposables.add(event(request));
    }
    for (const event of [memory.onDidChange, memory.onDidChangeActivity, lastContext.onDidChange, rules.onDidChange]) {
      disposables.add(event(listIfAwake));
    }
    disposables.add(files.onDidChange(({ kind }) => kind === 'unknown' && listIfAwake()));
    disposables.add(onDidChangeSettings(['compression.ratio', 'compression.exclude'], listIfAwake));
    disposables.add(vscode.workspace.onDidSaveTextDocument(listIfAwake));
    disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(list.request));
    request();
    list.request();
    return disposables;
  }

  /** Reads the list of files anew. What fails shows in the next snapshot. */
  refresh(): void {
    if (workspaceRoots().length > 0) {
      this.sources.files.refresh().catch((error: unknown) => this.sources.log.debug(`The map's files can't be read: ${errorMessage(error)}`));
    }
  }

  /** Measures fidelity where it is not known; stops it when it runs. What was measured stays. */
  async toggleMeasuring(): Promise<void> {
    if (this.#measuring !== undefined) {
      this.#measuring.abort.abort();
      return;
    }
    const abort = new AbortController();
    const show = (progress: NonNullable<MapState['measuring']>): void => {
      this.#measuring = { abort, progress };
      this.#changes.fire();
    };
    show({ windowsDone: 0, windowsTotal: 0 });
    try {
      await this.sources.engine.call('measure', { workspace: this.sources.readWorkspace() }, { signal: abort.signal, onProgress: show });
    } catch (error) {
      showError(error, this.sources.log);
    }
    this.#measuring = undefined;
    this.refresh();
  }

  dispose(): void {
    this.#measuring?.abort.abort();
    this.#changes.dispose();
  }

  #state(): MapState {
    const { memory, lastContext } = this.sources;
    const read = positionsRead(lastContext.value);
    return {
      list: this.#list(read),
      ...(memory.state.kind === 'compressing' && { compressing: memory.state.progress === undefined ? {} : { progress: memory.state.progress } }),
      ...(this.#measuring && { measuring: this.#measuring.progress }),
      answered: read.size > 0,
    };
  }

  #list(read: ReadonlyMap<string, number>): MapState['list'] {
    const { state } = this.sources.files;
    if (workspaceRoots().length === 0) {
      return { kind: 'no-folder' };
    }
    switch (state.kind) {
      case 'unknown':
        return { kind: 'loading' };
      case 'failed':
        return { kind: 'failed', message: errorText(state.code) };
      case 'listed':
        return { kind: 'ready', files: state.list.files.map(file => mapFile(file, read.get(file.path))), skipped: state.list.skipped.length };
      default:
        return assertNever(state);
    }
  }
}

function mapFile({ path, displayPath, state, ratio, pinned, tokens, slots, fidelity }: FileMemory, positions: number | undefined): MapFile {
  return { path, displayPath, state, ratio, pinned, tokens, slots, ...(fidelity !== undefined && { fidelity }), ...(positions !== undefined && { positionsRead: positions }) };
}
