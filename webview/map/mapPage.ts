import * as l10n from '@vscode/l10n';
import type { MapState } from '../../src/common/mapProtocol';
import { h, renderInto } from '../dom';
import type { MapActions } from './actions';
import { FileTable } from './fileTable';
import { legend } from './legend';
import { message, statusLine } from './messages';
import { Picture } from './picture';
import { Breadcrumb, ColourSwitch } from './toolbar';
import { buildTree, pathTo, type FolderNode } from './tree';
import type { Colouring, ViewState } from './viewState';

/** The memory map: the picture, what steers it, what explains it, and its data as a table. */
export class MapPage {
  readonly element: HTMLElement;
  readonly #status = h('div', { class: 'status', testId: 'status' });
  readonly #message = h('div', { class: 'message' });
  readonly #legend = h('ul', { class: 'legend', label: l10n.t("Legend"), testId: 'legend' });
  readonly #tools: HTMLElement;
  readonly #toggle = h('button', { class: 'link', testId: 'table-toggle' });
  readonly #breadcrumb = new Breadcrumb(key => this.#enter(key));
  readonly #colours = new ColourSwitch(colouring => this.#choose({ colouring }));
  readonly #picture: Picture;
  readonly #table: FileTable;
  #state: MapState | undefined;

  constructor(
    private readonly actions: MapActions,
    private view: ViewState,
    private readonly onView: (view: ViewState) => void,
  ) {
    this.#picture = new Picture({ openFile: actions.open, enter: key => this.#enter(key), leave: () => this.#leave() });
    this.#table = new FileTable(actions);
    this.#toggle.addEventListener('click', () => this.#choose({ tableShown: !this.view.tableShown }));
    this.#tools = h('div', { class: 'tools' }, this.#breadcrumb.element, this.#colours.element, this.#toggle);
    this.element = h('main', { class: 'map-page', testId: 'map-page' }, h('h1', { class: 'visually-hidden' }, l10n.t("Memory Map")), this.#status, this.#tools, this.#message, this.#picture.element, this.#legend, this.#table.element);
  }

  update(state: MapState): void {
    this.#state = state;
    this.#render();
  }

  #render(): void {
    const state = this.#state;
    if (state === undefined) {
      return;
    }
    const { list } = state;
    const ready = list.kind === 'ready' && list.files.length > 0;
    renderInto(this.#message, JSON.stringify(ready ? 'ready' : list), () => message(list, this.actions));
    const status = list.kind === 'ready' ? { counts: list.files.map(file => [file.state, file.fidelity === undefined]), skipped: list.skipped } : undefined;
    renderInto(this.#status, JSON.stringify([status, state.compressing, state.measuring]), () => statusLine(state, this.actions));
    for (const element of [this.#status, this.#tools, this.#picture.element, this.#legend, this.#table.element]) {
      element.hidden = !ready;
    }
    this.#message.hidden = ready;
    if (list.kind === 'ready' && ready) {
      this.#show(state, buildTree(list.files, l10n.t("Workspace")));
    }
  }

  #show(state: MapState, root: FolderNode): void {
    const path = pathTo(root, this.view.folder);
    const folder = path.at(-1) ?? root;
    const colouring = this.view.colouring ?? defaultColouring(root);
    this.#breadcrumb.update(path);
    this.#colours.update(colouring);
    this.#toggle.textContent = this.view.tableShown ? l10n.t("Hide Table") : l10n.t("Show as Table");
    this.#toggle.setAttribute('aria-expanded', String(this.view.tableShown));
    renderInto(this.#legend, `${colouring} ${state.answered}`, () => legend(colouring, state.answered));
    this.#table.update(folder.files, folder.name, this.view.tableShown);
    this.#picture.update(folder, colouring);
  }

  #choose(change: Partial<ViewState>): void {
    this.view = { ...this.view, ...change };
    this.onView(this.view);
    this.#render();
  }

  /** Shows a folder, with the focus on its first tile; for files that are too small even there, the table. */
  #enter(folder: string): void {
    if (folder === this.view.folder) {
      this.#choose({ tableShown: true });
      this.#table.element.focus();
      return;
    }
    this.#choose({ folder });
    this.#picture.focus('');
  }

  /** Goes to the folder around the one that is shown, with the focus on where one came from. */
  #leave(): void {
    const { list } = this.#state ?? {};
    const path = list?.kind === 'ready' ? pathTo(buildTree(list.files, ''), this.view.folder) : [];
    const [parent, left] = path.slice(-2);
    if (parent !== undefined && left !== undefined) {
      this.#choose({ folder: parent.key });
      this.#picture.focus(left.key);
    }
  }
}

function defaultColouring(root: FolderNode): Colouring {
  return root.files.some(file => file.fidelity !== undefined) ? 'fidelity' : 'state';
}
