import { h } from '../dom';
import type { Tile } from './layout';
import type { Rect } from './squarify';
import { summarise } from './summary';
import { actionText, factsOf, tilePath } from './texts';

/** The figures of the tile under the mouse or with the focus. Screen readers have them from the tile itself. */
export class Tooltip {
  readonly element = h('div', { class: 'tooltip', testId: 'tooltip', hidden: true });

  constructor() {
    this.element.setAttribute('aria-hidden', 'true');
  }

  get isShown(): boolean {
    return !this.element.hidden;
  }

  /** Shows it near a tile, inside an area of that size. */
  show(tile: Tile, area: Pick<Rect, 'width' | 'height'>): void {
    this.element.replaceChildren(
      h('div', { class: 'tooltip-title' }, tilePath(tile)),
      ...factsOf(summarise(tile.files)).map(fact => h('div', {}, fact)),
      h('div', { class: 'tooltip-action' }, actionText(tile)),
    );
    this.element.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const { x, y, width: tileWidth, height: tileHeight } = tile.target;
    const below = y + tileHeight + 4;
    // Below the tile, above it where there is no room, else over its end: the name at its top stays readable.
    const top = below + height <= area.height ? below : y - height - 4 >= 0 ? y - height - 4 : Math.max(0, area.height - height - 4);
    this.element.style.left = `${Math.max(0, Math.min(x + Math.min(12, tileWidth / 2), area.width - width))}px`;
    this.element.style.top = `${top}px`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
