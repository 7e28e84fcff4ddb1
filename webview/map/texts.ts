import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { FileMemory } from '../../src/common/workspace';
import { formatCount, formatPercent } from '../strings';
import type { Tile } from './layout';
import type { Summary } from './summary';
import type { Colouring } from './viewState';

export function stateText(state: FileMemory['state']): string {
  switch (state) {
    case 'compressed':
      return l10n.t("compressed");
    case 'stale':
      return l10n.t("stale: changed since it was compressed");
    case 'none':
      return l10n.t("not compressed");
    default:
      return assertNever(state);
  }
}

export function colouringText(colouring: Colouring): string {
  switch (colouring) {
    case 'fidelity':
      return l10n.t("Fidelity");
    case 'ratio':
      return l10n.t("Ratio");
    case 'state':
      return l10n.t("State");
    default:
      return assertNever(colouring);
  }
}

/** The name of a tile where there is room for a few words. */
export function tileName(tile: Tile): string {
  switch (tile.kind) {
    case 'file':
    case 'folder':
      return tile.name;
    case 'closed-folder':
      return `${tile.name}/`;
    case 'more':
      return tile.files.length === 1 ? l10n.t("1 more file") : l10n.t("{0} more files", formatCount(tile.files.length));
    default:
      return assertNever(tile.kind);
  }
}

/** The path of what a tile stands for. */
export function tilePath(tile: Tile): string {
  return tile.kind === 'more' ? l10n.t("{0} in {1}", tileName(tile), tile.folderKey === '' ? l10n.t("the workspace") : tile.folderKey) : tile.key;
}

/** All figures of a tile, one per line. */
export function factsOf(summary: Summary): readonly string[] {
  const { files, compressed, tokens, slots, state, ratio, fidelity, pinned, positionsRead } = summary;
  return [
    files === 1 ? stateText(state) : l10n.t("{0} of {1} files compressed", formatCount(compressed), formatCount(files)),
    slots === 0 ? l10n.t("{0} tokens", formatCount(tokens)) : l10n.t("{0} tokens in {1} slots", formatCount(tokens), formatCount(slots)),
    ...(ratio === undefined || slots === 0 ? [] : [l10n.t("ratio {0}x", ratio)]),
    ...(fidelity === undefined ? [] : [l10n.t("fidelity {0}", formatPercent(fidelity))]),
    ...(pinned ? [l10n.t("pinned")] : []),
    ...(positionsRead === undefined ? [] : [l10n.t("read for the last answer in {0} positions", formatCount(positionsRead))]),
  ];
}

/** The second line in a tile: what its colour stands for. */
export function tileDetail({ tokens, ratio, fidelity, state }: Summary, colouring: Colouring): string {
  switch (colouring) {
    case 'fidelity':
      return fidelity !== undefined ? formatPercent(fidelity) : state === 'compressed' ? l10n.t("not measured") : shortState(state);
    case 'ratio':
      return ratio === undefined ? formatCount(tokens) : `${ratio}x`;
    case 'state':
      return state === 'compressed' ? l10n.t("{0} tokens", formatCount(tokens)) : shortState(state);
    default:
      return assertNever(colouring);
  }
}

function shortState(state: 'stale' | 'none'): string {
  return state === 'stale' ? l10n.t("stale") : l10n.t("not compressed");
}

/** What Enter does with a tile. */
export function actionText(tile: Tile): string {
  return tile.kind === 'file' ? l10n.t("Enter opens the file.") : l10n.t("Enter goes into the folder.");
}
