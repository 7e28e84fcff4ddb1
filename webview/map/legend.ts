import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import { h } from '../dom';
import { svg } from './svg';
import type { Colouring } from './viewState';

/** What the colours, patterns and outlines stand for. */
export function legend(colouring: Colouring, answered: boolean): readonly HTMLElement[] {
  return [
    ...colourItems(colouring),
    item(l10n.t("not compressed"), swatch('unknown', 'hatch')),
    item(l10n.t("stale"), swatch('unknown', 'dots')),
    item(l10n.t("pinned"), swatch('unknown', undefined, 'pin')),
    ...(answered ? [item(l10n.t("read for the last answer"), swatch('unknown', undefined, 'outline'))] : []),
  ];
}

function colourItems(colouring: Colouring): readonly HTMLElement[] {
  switch (colouring) {
    case 'fidelity':
      return [
        item(l10n.t("fidelity 60 % and more"), swatch('fidelity-high')),
        item(l10n.t("30 to 60 %"), swatch('fidelity-medium')),
        item(l10n.t("under 30 %: hardly anything"), swatch('fidelity-low')),
        item(l10n.t("not measured"), swatch('unknown')),
      ];
    case 'ratio':
      return [item('4x', swatch('ratio-4')), item('8x', swatch('ratio-8')), item('16x', swatch('ratio-16'))];
    case 'state':
      return [item(l10n.t("compressed"), swatch('state-compressed'))];
    default:
      return assertNever(colouring);
  }
}

function item(text: string, picture: SVGElement): HTMLElement {
  const element = h('li', {});
  element.append(picture, text);
  return element;
}

function swatch(colour: string, pattern?: 'hatch' | 'dots', mark?: 'pin' | 'outline'): SVGElement {
  const box = { x: 0.5, y: 0.5, width: 15, height: 11 };
  const picture = svg('svg', { width: 16, height: 12, class: 'swatch', 'aria-hidden': 'true' }, svg('rect', { ...box, class: `fill ${colour}` }));
  if (pattern !== undefined) {
    picture.append(svg('rect', { ...box, fill: `url(#${pattern})` }));
  }
  if (mark === 'pin') {
    picture.append(svg('path', { class: 'pin', d: 'M8 0 H16 V8 Z' }));
  } else if (mark === 'outline') {
    picture.append(svg('rect', { x: 2, y: 2, width: 12, height: 8, class: 'outline' }));
  }
  return picture;
}
