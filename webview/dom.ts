/** Small helpers over the DOM. Text always enters as text, never as HTML. */

type Child = Node | string;

interface Attributes {
  readonly class?: string;
  readonly role?: string;
  readonly testId?: string;
  readonly hidden?: boolean;
  readonly label?: string;
}

/** Creates an element with children. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (attributes.class !== undefined) {
    element.className = attributes.class;
  }
  if (attributes.role !== undefined) {
    element.setAttribute('role', attributes.role);
  }
  if (attributes.label !== undefined) {
    element.setAttribute('aria-label', attributes.label);
  }
  if (attributes.testId !== undefined) {
    element.dataset['testid'] = attributes.testId;
  }
  element.hidden = attributes.hidden ?? false;
  element.append(...children);
  return element;
}

/** Replaces an element's children only when `key` differs from the last one, so that focus and open details survive a repeated snapshot. */
export function renderInto(element: HTMLElement, key: string, render: () => readonly Child[]): void {
  if (element.dataset['rendered'] !== key) {
    element.dataset['rendered'] = key;
    element.replaceChildren(...render());
  }
}
