import * as l10n from '@vscode/l10n';
import type { MapFile } from '../../src/common/mapProtocol';
import { iconButton } from '../components';
import { h, renderInto } from '../dom';
import { formatCount, formatPercent } from '../strings';
import type { MapActions } from './actions';
import { stateText } from './texts';

/** Rows that are made at once: a table with all files of a great workspace would take seconds. */
const page = 200;

/** The data of the picture as a table. Screen readers always have it; when it is shown, its files can be opened from it. */
export class FileTable {
  readonly element = h('section', { class: 'table', testId: 'table' });
  #rows = page;
  #files: readonly MapFile[] = [];
  #shown = false;

  constructor(private readonly actions: Pick<MapActions, 'open' | 'reconstruct'>) {
    this.element.setAttribute('aria-label', l10n.t("Files as a table"));
  }

  /** @param name of the folder that the files are in */
  update(files: readonly MapFile[], name: string, shown: boolean): void {
    this.#files = [...files].sort((a, b) => b.tokens - a.tokens || (a.displayPath < b.displayPath ? -1 : 1));
    this.#shown = shown;
    this.element.classList.toggle('visually-hidden', !shown);
    // A box that scrolls must be reachable by the keyboard; one that nobody sees must not.
    this.element.tabIndex = shown ? 0 : -1;
    this.#render(name);
  }

  #render(name: string): void {
    const files = this.#files.slice(0, this.#rows);
    const rest = this.#files.length - files.length;
    renderInto(this.element, JSON.stringify([name, this.#shown, rest, files]), () => [
      h('table', {}, h('caption', {}, l10n.t("Files in {0}, the largest first", name)), head(), h('tbody', {}, ...files.map(file => this.#row(file)))),
      ...(rest === 0 ? [] : [this.#shown ? this.#moreButton(rest, name) : h('p', {}, l10n.t("{0} more files", formatCount(rest)))]),
    ]);
  }

  #row(file: MapFile): HTMLElement {
    const cells = [
      stateText(file.state),
      formatCount(file.tokens),
      file.slots === 0 ? '' : formatCount(file.slots),
      `${file.ratio}x`,
      file.fidelity === undefined ? l10n.t("not measured") : formatPercent(file.fidelity),
      file.pinned ? l10n.t("yes") : l10n.t("no"),
      file.positionsRead === undefined ? l10n.t("no") : l10n.t("{0} positions", formatCount(file.positionsRead)),
    ];
    const name = h('th', {}, ...(this.#shown ? this.#links(file) : [file.displayPath]));
    name.scope = 'row';
    return h('tr', {}, name, ...cells.map(text => h('td', {}, text)));
  }

  #links({ path, displayPath }: MapFile): readonly HTMLElement[] {
    const link = h('button', { class: 'link', testId: 'table-open' }, displayPath);
    link.addEventListener('click', () => this.actions.open(path));
    return [link, iconButton('diff', l10n.t("Show what the model remembers of {0}", displayPath), 'table-reconstruct', () => this.actions.reconstruct(path))];
  }

  #moreButton(rest: number, name: string): HTMLElement {
    const more = h('button', { class: 'link', testId: 'table-more' }, l10n.t("Show more: {0} are left", formatCount(rest)));
    more.addEventListener('click', () => {
      this.#rows += page;
      this.#render(name);
      this.element.focus();
    });
    return more;
  }
}

function head(): HTMLElement {
  const names = [l10n.t("File"), l10n.t("State"), l10n.t("Tokens"), l10n.t("Slots"), l10n.t("Ratio"), l10n.t("Fidelity"), l10n.t("Pinned"), l10n.t("Read for the last answer")];
  const cells = names.map(name => {
    const cell = h('th', {}, name);
    cell.scope = 'col';
    return cell;
  });
  return h('thead', {}, h('tr', {}, ...cells));
}
