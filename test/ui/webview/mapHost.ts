import type { BrowserContext, Page } from 'playwright-core';
import { mapProtocol, type MapFile, type MapProtocol, type MapState } from '../../../src/common/mapProtocol';
import { serveRpc, type Handlers } from '../../../src/common/rpc/server';
import { Recorder, Watched } from './pageHost';
import { openTestPage, type TestPageOptions } from './testPage';

/** The extension host's side of a map page that runs in a browser: it shows states to the page and records what the page asks for. */
export class MapHost {
  readonly #recorder = new Recorder();
  readonly requests = this.#recorder.requests;
  readonly #state: Watched<MapState>;

  private constructor(
    readonly page: Page,
    /** What the page complained about. */
    readonly problems: string[],
    state: MapState,
  ) {
    this.#state = new Watched(state);
  }

  static async open(browser: BrowserContext, files: ReadonlyMap<string, Buffer>, state: MapState, options: TestPageOptions = {}): Promise<MapHost> {
    const { page, port, problems, load } = await openTestPage(browser, files, 'map', options);
    const host = new MapHost(page, problems, state);
    serveRpc(mapProtocol, port, host.#handlers(), line => problems.push(line));
    await load();
    await page.getByTestId('map-page').waitFor();
    // The first snapshot is there.
    await page.locator('.message[data-rendered]').waitFor({ state: 'attached' });
    return host;
  }

  show(state: MapState): void {
    this.#state.set(state);
  }

  #handlers(): Handlers<MapProtocol> {
    const record = this.#recorder.of.bind(this.#recorder);
    return {
      watch: this.#state.handler,
      open: record('open'),
      reconstruct: record('reconstruct'),
      refresh: record('refresh'),
      compressWorkspace: record('compressWorkspace'),
      measure: record('measure'),
      openFolder: record('openFolder'),
      showLog: record('showLog'),
    };
  }
}

/** A file of the map, compressed at 8x unless `changes` say otherwise. */
export function mapFile(displayPath: string, tokens: number, changes: Partial<MapFile> = {}): MapFile {
  return { path: `/work/${displayPath}`, displayPath, state: 'compressed', ratio: 8, pinned: false, tokens, slots: Math.ceil(tokens / 8), ...changes };
}

/** A small workspace with every state that a file can have. */
export const mapFiles: readonly MapFile[] = [
  mapFile('README.md', 900, { fidelity: 0.72, ratio: 4 }),
  mapFile('package.json', 300, { state: 'none', slots: 0 }),
  mapFile('src/queue.ts', 2400, { fidelity: 0.41, positionsRead: 300, pinned: true }),
  mapFile('src/server.ts', 3600, { fidelity: 0.08, positionsRead: 450 }),
  mapFile('src/http/router.ts', 1500, { state: 'stale', slots: 90 }),
  mapFile('src/http/headers.ts', 700, { ratio: 16, fidelity: 0.02 }),
  mapFile('src/util/deep/only.ts', 500),
];

export function mapState(files: readonly MapFile[] = mapFiles, changes: Partial<MapState> = {}): MapState {
  return { list: { kind: 'ready', files: [...files], skipped: 3 }, answered: files.some(file => file.positionsRead !== undefined), ...changes };
}
