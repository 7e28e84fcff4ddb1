import * as l10n from '@vscode/l10n';
import { h } from '../dom';
import { layOutMap, type Tile } from './layout';
import { neighbour, type Direction } from './neighbour';
import { patterns, setAttributes, svg } from './svg';
import { TileElement } from './tileElement';
import { Tooltip } from './tooltip';
import type { FolderNode } from './tree';
import type { Colouring } from './viewState';

export interface PictureActions {
  readonly openFile: (path: string) => void;
  /** Goes into a folder. */
  readonly enter: (folderKey: string) => void;
  /** Goes back out by one folder. */
  readonly leave: () => void;
}

const directions: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

/** The treemap: a tree of tiles with one tab stop, in which the arrow keys go where the eye would. */
export class Picture {
  readonly element: HTMLElement;
  readonly #layers = { tiles: svg('g'), texts: svg('g', { 'aria-hidden': 'true' }) };
  readonly #svg = svg('svg', { role: 'tree', 'data-testid': 'map' }, patterns(), this.#layers.tiles, this.#layers.texts);
  readonly #tooltip = new Tooltip();
  readonly #elements = new Map<string, TileElement>();
  #tiles: readonly Tile[] = [];
  #active = '';
  #shown: { readonly folder: FolderNode; readonly colouring: Colouring } | undefined;

  constructor(private readonly actions: PictureActions) {
    this.element = h('div', { class: 'picture' });
    this.element.append(this.#svg, this.#tooltip.element);
    this.#svg.addEventListener('keydown', event => this.#onKey(event));
    this.#svg.addEventListener('click', event => this.#run(this.#tileAt(event.target)));
    this.#svg.addEventListener('pointerover', event => this.#point(this.#tileAt(event.target)));
    this.#svg.addEventListener('pointerleave', () => this.#tooltip.hide());
    // A listener for focus on the SVG itself would make it a tab stop in Chromium.
    this.element.addEventListener('focusin', event => this.#onFocus(event));
    this.element.addEventListener('focusout', () => this.#tooltip.hide());
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  /** Shows a folder; what has the focus keeps it where it is still there. */
  update(folder: FolderNode, colouring: Colouring): void {
    this.#shown = { folder, colouring };
    this.#draw();
  }

  /** Gives the focus to the tile that the keyboard was on last, or to one with a given key. */
  focus(key = this.#active): void {
    const tile = this.#tiles.find(candidate => candidate.key === key) ?? this.#tiles[0];
    if (tile !== undefined) {
      this.#activate(tile.key);
      this.#elements.get(tile.key)?.element.focus();
    }
  }

  #draw(): void {
    const { width, height } = this.#size();
    if (this.#shown === undefined || width === 0 || height === 0) {
      return;
    }
    const { folder, colouring } = this.#shown;
    const { fontFamily, fontSize } = getComputedStyle(document.body);
    const hadFocus = this.#svg.contains(document.activeElement);
    setAttributes(this.#svg, { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-label': l10n.t("Files by size: {0}", folder.name) });
    this.#tiles = layOutMap(folder, { x: 0, y: 0, width, height });
    const keys = new Set(this.#tiles.map(tile => tile.key));
    for (const [key, { element, texts }] of this.#elements) {
      if (!keys.has(key)) {
        element.remove();
        texts.remove();
        this.#elements.delete(key);
      }
    }
    this.#tiles.forEach((tile, index) => {
      const element = this.#elementOf(tile.key);
      element.update(tile, colouring, `${fontSize} ${fontFamily}`);
      const { tiles, texts } = this.#layers;
      // Moving an element would take the focus from it.
      if (tiles.children[index] !== element.element) {
        tiles.insertBefore(element.element, tiles.children[index] ?? null);
        texts.append(element.texts);
      }
    });
    this.#activate(keys.has(this.#active) ? this.#active : (this.#tiles[0]?.key ?? ''));
    if (hadFocus && !this.#svg.contains(document.activeElement)) {
      this.focus();
    }
  }

  #size(): { readonly width: number; readonly height: number } {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  #elementOf(key: string): TileElement {
    const known = this.#elements.get(key);
    const element = known ?? new TileElement();
    this.#elements.set(key, element);
    return element;
  }

  /** Makes a tile the tab stop. */
  #activate(key: string): void {
    this.#elements.get(this.#active)?.element.setAttribute('tabindex', '-1');
    this.#elements.get(key)?.element.setAttribute('tabindex', '0');
    this.#active = key;
  }

  #tileAt(target: EventTarget | null): Tile | undefined {
    const key = target instanceof Element ? target.closest('.tile')?.getAttribute('data-key') : undefined;
    return this.#tiles.find(tile => tile.key === key);
  }

  #point(tile: Tile | undefined): void {
    if (tile === undefined) {
      this.#tooltip.hide();
    } else {
      this.#tooltip.show(tile, this.#size());
    }
  }

  #onFocus({ target }: FocusEvent): void {
    const tile = this.#tileAt(target);
    if (tile !== undefined) {
      this.#activate(tile.key);
      this.#tooltip.show(tile, this.#size());
    }
  }

  #run(tile: Tile | undefined): void {
    const file = tile?.kind === 'file' ? tile.files[0] : undefined;
    if (file !== undefined) {
      this.actions.openFile(file.path);
    } else if (tile !== undefined) {
      this.actions.enter(tile.folderKey);
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (this.#handleKey(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  #handleKey(key: string): boolean {
    const index = this.#tiles.findIndex(tile => tile.key === this.#active);
    const direction = directions[key];
    if (direction !== undefined) {
      this.#focusTile(neighbour(this.#tiles.map(tile => tile.target), index, direction));
      return true;
    }
    switch (key) {
      case 'Home':
        this.#focusTile(0);
        return true;
      case 'End':
        this.#focusTile(this.#tiles.length - 1);
        return true;
      case 'Enter':
      case ' ':
        this.#run(this.#tiles[index]);
        return true;
      case 'Escape':
      case 'Backspace':
        this.#tooltip.hide();
        this.actions.leave();
        return true;
      default:
        return false;
    }
  }

  #focusTile(index: number | undefined): void {
    const tile = index === undefined ? undefined : this.#tiles[index];
    if (tile !== undefined) {
      this.focus(tile.key);
    }
  }
}
