import * as l10n from '@vscode/l10n';
import { h, renderInto } from '../dom';
import { colouringText } from './texts';
import type { FolderNode } from './tree';
import { colourings, type Colouring } from './viewState';

/** The way from the workspace down to the folder that is shown; each step but the last leads back. */
export class Breadcrumb {
  readonly element = h('nav', { class: 'breadcrumb', label: l10n.t("Folder"), testId: 'breadcrumb' });

  constructor(private readonly onEnter: (folderKey: string) => void) {}

  update(folders: readonly FolderNode[]): void {
    renderInto(this.element, JSON.stringify(folders.map(({ key, name }) => [key, name])), () =>
      folders.flatMap((folder, index) => {
        const last = index === folders.length - 1;
        const separator = h('span', { class: 'separator' }, '/');
        separator.setAttribute('aria-hidden', 'true');
        return last ? [this.#current(folder)] : [this.#link(folder), separator];
      }),
    );
  }

  #current({ name }: FolderNode): HTMLElement {
    const element = h('span', {}, name);
    element.setAttribute('aria-current', 'location');
    return element;
  }

  #link({ key, name }: FolderNode): HTMLElement {
    const element = h('button', { class: 'link' }, name);
    element.addEventListener('click', () => this.onEnter(key));
    return element;
  }
}

/** The choice of what the colours stand for. */
export class ColourSwitch {
  readonly element = h('fieldset', { class: 'colouring', testId: 'colouring' });
  readonly #inputs: ReadonlyMap<Colouring, HTMLInputElement>;

  constructor(onChoose: (colouring: Colouring) => void) {
    this.#inputs = new Map(colourings.map(colouring => [colouring, radio(() => onChoose(colouring))]));
    const choices = [...this.#inputs].map(([colouring, input]) => h('label', {}, input, colouringText(colouring)));
    this.element.append(h('legend', {}, l10n.t("Colour by")), ...choices);
  }

  update(chosen: Colouring): void {
    for (const [colouring, input] of this.#inputs) {
      input.checked = colouring === chosen;
    }
  }
}

function radio(onChoose: () => void): HTMLInputElement {
  const input = h('input');
  input.type = 'radio';
  input.name = 'colouring';
  input.addEventListener('change', () => input.checked && onChoose());
  return input;
}
