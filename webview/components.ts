/**
 * The only module that knows the component library: another one that offers these elements is a change of this file. Each import defines a
 * custom element.
 */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import type { Citation } from '../src/common/chatProtocol';

/** A button with a label and, where it helps, an icon. */
export function button(label: string, testId: string, onClick: () => void, options: { readonly icon?: string; readonly secondary?: boolean } = {}): HTMLElement {
  const element = document.createElement('vscode-button');
  element.textContent = label;
  element.dataset['testid'] = testId;
  element.secondary = options.secondary ?? false;
  element.icon = options.icon ?? '';
  element.addEventListener('click', onClick);
  return element;
}

/** A button that shows an icon only; its label is for screen readers and the tooltip. */
export function iconButton(icon: string, label: string, testId: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'icon-button';
  element.title = label;
  element.setAttribute('aria-label', label);
  element.dataset['testid'] = testId;
  element.append(iconElement(icon));
  element.addEventListener('click', onClick);
  return element;
}

/** A codicon, hidden from screen readers. */
export function iconElement(name: string): HTMLElement {
  const element = document.createElement('vscode-icon');
  element.name = name;
  element.setAttribute('aria-hidden', 'true');
  return element;
}

/** A turning icon, hidden from screen readers: the text beside it says what is going on. It stands still for those who asked for that. */
export function spinner(): HTMLElement {
  const element = document.createElement('vscode-icon');
  element.name = 'loading';
  element.spin = !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.setAttribute('aria-hidden', 'true');
  return element;
}

/** A name of a file that opens it. */
export function fileLink(citation: Citation, testId: string, onOpen: (citation: Citation) => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'link';
  element.textContent = citation.text;
  element.title = citation.path;
  element.dataset['testid'] = testId;
  element.addEventListener('click', () => onOpen(citation));
  return element;
}
