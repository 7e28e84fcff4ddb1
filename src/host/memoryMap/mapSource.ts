import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { isCancellation } from '../../common/errors';
import { Emitter } from '../../common/event';
import type { MapFile, MapState } from '../../common/mapProtocol';
import type { FileMemory } from '../../common/workspace';
import { errorCodeOf, errorText } from '../errorText';
import type { Services } from '../services';
import { onDidChangeSettings } from '../settings/settings';
import { showError } from '../showError';
import { throttle } from '../throttle';
import { positionsRead } from './positionsRead';

const snapshotMs = 250;
/** Reading the list looks at every file of the workspace. */
const listMs = 2000;

type Sources = Pick<Services, 'engine' | 'memory' | 'rules' | 'readWorkspace' | 'lastContext' | 'log'>;

/** What the map shows, put together from its sources and kept up to date while a page follows it. */
export class MapSource implements Disposable {
  readonly #changes = new Emitter<void>();
  #list: MapState['list'] = { kind: 'loading' };
  #measuring: { readonly abort: AbortController; readonly progress: NonNullable<MapState['measuring']> } | undefined;
  #reading = false;
  #readAgain = false;

  constructor(private readonly sources: Sources) {}

  /** Sends a snapshot now and after every change, but not more often than a page can show. */
  follow(send: (state: MapState) => void, isShown: () => boolean): Disposable {
    const { engine, memory, rules, lastContext } = this.sources;
    const disposables = new DisposableStore();
    const { request } = disposables.add(throttle(snapshotMs, () => isShown() && send(this.#state())));
    const list = disposables.add(throttle(listMs, () => isShown() && void this.refresh()));
    // An engine that rests stays at rest: nothing has changed in memory without it.
    const listIfAwake = (): void => {
      if (engine.state.kind === 'ready' || engine.state.kind === 'busy') {
        list.request();
      }
    };
    disposables.add(this.#changes.event(request));
    disposables.add(memory.onDidChange(listIfAwake));
    disposables.add(memory.onDidChange(request));
    disposables.add(lastContext.onDidChange(listIfAwake));
    disposables.add(lastContext.onDidChange(request));
    disposables.add(rules.onDidChange(listIfAwake));
    disposables.add(onDidChangeSettings(['compression.ratio', 'compression.exclude'], listIfAwake));
    disposables.add(vscode.workspace.onDidSaveTextDocument(listIfAwake));
    disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(list.request));
    request();
    list.request();
    return disposables;
  }

  /** Reads the list of files anew; while it is being read, once more afterwards. */
  async refresh(): Promise<void> {
    this.#readAgain = this.#reading;
    if (this.#reading) {
      return;
    }
    this.#reading = true;
    do {
      this.#readAgain = false;
      this.#list = await this.#read();
      this.#changes.fire();
    } while (this.#wantsMore());
    this.#reading = false;
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
    await this.refresh();
  }

  dispose(): void {
    this.#measuring?.abort.abort();
    this.#changes.dispose();
  }

  #wantsMore(): boolean {
    return this.#readAgain;
  }

  async #read(): Promise<MapState['list']> {
    const workspace = this.sources.readWorkspace();
    if (workspace.roots.length === 0) {
      return { kind: 'no-folder' };
    }
    try {
      const { files, skipped } = await this.sources.engine.call('files', { workspace });
      return { kind: 'ready', files: files.map(mapFile), skipped: skipped.length };
    } catch (error) {
      // What is shown is still the best that is known.
      return isCancellation(error) && this.#list.kind === 'ready' ? this.#list : { kind: 'failed', message: errorText(errorCodeOf(error)) };
    }
  }

  #state(): MapState {
    const { memory, lastContext } = this.sources;
    const read = positionsRead(lastContext.value);
    const list = this.#list;
    return {
      list: list.kind === 'ready' ? { ...list, files: list.files.map(file => withRead(file, read.get(file.path))) } : list,
      ...(memory.state.kind === 'compressing' && { compressing: memory.state.progress === undefined ? {} : { progress: memory.state.progress } }),
      ...(this.#measuring && { measuring: this.#measuring.progress }),
      answered: read.size > 0,
    };
  }
}

function mapFile({ path, displayPath, state, ratio, pinned, tokens, slots, fidelity }: FileMemory): MapFile {
  return { path, displayPath, state, ratio, pinned, tokens, slots, ...(fidelity !== undefined && { fidelity }) };
}

function withRead(file: MapFile, positions: number | undefined): MapFile {
  return positions === undefined ? file : { ...file, positionsRead: positions };
}
