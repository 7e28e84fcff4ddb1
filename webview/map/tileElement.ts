import { fitText } from './fitText';
import type { Tile } from './layout';
import { summarise } from './summary';
import { setAttributes, svg } from './svg';
import { factsOf, tileDetail, tileName, tilePath } from './texts';
import { colourClass, patternOf } from './tileStyle';
import type { Colouring } from './viewState';

const padding = 7;
/** From the top of a tile to the foot of its first line; a folder's bar is lower. */
const firstLine = 17;
const firstLineInBar = 13;
const lineHeight = 15;

/**
 * One tile in the picture. It stays the same element while its figures change, so that it keeps the focus. Its texts are elements of their own: they
 * are cut to the tile's width, and say less than its label.
 */
export class TileElement {
  readonly element = svg('g', { role: 'treeitem', tabindex: -1 });
  readonly texts = svg('g');
  readonly #fill = svg('rect', { rx: 2 });
  readonly #pattern = svg('rect', { rx: 2 });
  readonly #outline = svg('rect', { rx: 2 });
  readonly #focus = svg('rect', { rx: 2, class: 'focus-ring' });
  readonly #pin = svg('path', { class: 'pin' });
  readonly #name = svg('text', { class: 'name' });
  readonly #detail = svg('text', { class: 'detail' });

  constructor() {
    this.element.append(this.#fill, this.#pattern, this.#outline, this.#pin, this.#focus);
    this.texts.append(this.#name, this.#detail);
  }

  update(tile: Tile, colouring: Colouring, font: string): void {
    const summary = summarise(tile.files);
    const opened = tile.kind === 'folder';
    const pattern = opened ? undefined : patternOf(summary);
    const read = !opened && summary.positionsRead !== undefined;
    setAttributes(this.element, {
      class: `tile ${tile.kind}`,
      'data-testid': 'tile',
      'data-key': tile.key,
      'aria-level': tile.level,
      'aria-label': [tilePath(tile), ...factsOf(summary)].join(', '),
    });
    setAttributes(this.texts, { class: `texts ${tile.kind} ${pattern === undefined ? '' : 'patterned'}` });
    if (opened) {
      this.element.setAttribute('aria-expanded', 'true');
    } else {
      this.element.removeAttribute('aria-expanded');
    }
    setAttributes(this.#fill, { ...box(tile, 0), class: opened ? 'fill frame' : `fill ${colourClass(summary, colouring)}` });
    setAttributes(this.#pattern, { ...box(tile, 0), class: 'pattern', fill: pattern === undefined ? 'none' : `url(#${pattern})` });
    setAttributes(this.#outline, { ...box(tile, 3), class: read ? 'outline' : 'outline none' });
    setAttributes(this.#focus, box(opened ? { rect: tile.target } : tile, 0.5));
    this.#writePin(tile, !opened && summary.pinned);
    this.#writeTexts(tile, tileDetail(summary, colouring), font);
  }

  #writePin({ rect }: Tile, pinned: boolean): void {
    const [right, top] = [rect.x + rect.width, rect.y];
    setAttributes(this.#pin, { d: pinned && rect.width > 14 && rect.height > 14 ? `M${right - 11} ${top} H${right} V${top + 11} Z` : 'M0 0' });
  }

  #writeTexts(tile: Tile, detail: string, font: string): void {
    const { x, y, width, height } = tile.target;
    const room = width - 2 * padding;
    const top = tile.kind === 'folder' ? firstLineInBar : firstLine;
    const name = height < top + 3 ? '' : fitText(tileName(tile), room, font);
    setAttributes(this.#name, { x: x + padding, y: y + top });
    this.#name.textContent = name;
    setAttributes(this.#detail, { x: x + padding, y: y + top + lineHeight });
    this.#detail.textContent = tile.kind === 'folder' || name === '' || height < top + lineHeight + 5 ? '' : fitText(detail, room, font);
  }
}

function box({ rect: { x, y, width, height } }: Pick<Tile, 'rect'>, inset: number): Readonly<Record<string, number>> {
  return { x: x + inset, y: y + inset, width: Math.max(0, width - 2 * inset), height: Math.max(0, height - 2 * inset) };
}
