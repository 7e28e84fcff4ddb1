const namespace = 'http://www.w3.org/2000/svg';

/** Creates an SVG element with attributes and children. */
export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Readonly<Record<string, string | number>> = {}, ...children: readonly Node[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS(namespace, tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/** Sets attributes where they differ: an attribute that is set anew may restart a transition. */
export function setAttributes(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const text = typeof value === 'number' ? String(Math.round(value * 100) / 100) : value;
    if (element.getAttribute(name) !== text) {
      element.setAttribute(name, text);
    }
  }
}

/** The patterns over tiles that are not, or no longer, in memory. */
export function patterns(): SVGDefsElement {
  return svg(
    'defs',
    {},
    svg('pattern', { id: 'hatch', width: 8, height: 8, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }, svg('line', { x1: 0, y1: 0, x2: 0, y2: 8, class: 'pattern-line' })),
    svg('pattern', { id: 'dots', width: 7, height: 7, patternUnits: 'userSpaceOnUse' }, svg('circle', { cx: 2, cy: 2, r: 1.2, class: 'pattern-dot' })),
  );
}
