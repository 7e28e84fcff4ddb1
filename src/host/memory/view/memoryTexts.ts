import { l10n } from 'vscode';
import { assertNever } from '../../../common/assertNever';
import type { MemoryStats } from '../../../common/engineProtocol';
import type { FileMemory } from '../../../common/workspace';
import { formatBytes, formatCount, formatPercent, formatRatio } from '../../format';
import { reasonText } from '../reportText';
import type { MemoryNode, Sums } from './memoryTree';
import { isPinned, isPinShown, type NodeState } from './nodeState';

/** The words of a state. */
export function stateText(node: MemoryNode, state: NodeState): string {
  switch (state) {
    case 'folder':
      return l10n.t("Folder");
    case 'compressed':
      return l10n.t("Compressed");
    case 'stale':
      return l10n.t("Stale: changed since it was compressed");
    case 'none':
      return l10n.t("Not compressed yet");
    case 'compressing':
      return l10n.t("Compressing…");
    case 'excluded':
      return l10n.t("Excluded by \"shorthand.compression.exclude\"");
    case 'skipped':
      return node.kind === 'skipped' ? l10n.t("Skipped: {0}", reasonText(node.skipped.reason)) : l10n.t("Skipped");
    default:
      return assertNever(state);
  }
}

/** What stands beside the name, in its shortest form, the most telling first: a narrow view cuts the end off. The tooltip has the rest. */
export function descriptionOf(node: MemoryNode, state: NodeState): string {
  const pinned = isPinned(node) && !isPinShown(node, state) ? [l10n.t("pinned")] : [];
  switch (node.kind) {
    case 'folder':
      return [...pinned, ...folderNumbers(node.sums)].join(" \u00b7 ");
    case 'skipped':
      return state === 'excluded' ? l10n.t("excluded") : l10n.t("skipped: {0}", reasonText(node.skipped.reason));
    case 'file':
      return [...pinned, ...fileNumbers(node.memory, state)].join(" \u00b7 ");
    default:
      return assertNever(node);
  }
}

function folderNumbers(sums: Sums): string[] {
  const { files, compressed, slots, slotBytes } = sums;
  const count = compressed === files ? filesText(files) : l10n.t("{0}/{1} files", formatCount(compressed), formatCount(files));
  return [count, ...(slots === 0 ? [] : [formatBytes(slotBytes)])];
}

function fileNumbers({ tokens, slots, ratio }: FileMemory, state: NodeState): string[] {
  switch (state) {
    case 'compressed':
      // The icon says the state.
      return [`${ratio}x`, `${formatCount(tokens)}→${formatCount(slots)}`];
    case 'compressing':
      return [l10n.t("compressing…")];
    case 'stale':
      return [l10n.t("stale")];
    default:
      return [l10n.t("not compressed")];
  }
}

/** All that is known of a row, a line each. */
export function detailsOf(node: MemoryNode, state: NodeState): string[] {
  const first = isPinned(node) ? l10n.t("{0}, pinned", stateText(node, state)) : stateText(node, state);
  switch (node.kind) {
    case 'folder':
      return [first, ...sumsLines(node.sums)];
    case 'skipped':
      return node.skipped.detail === '' ? [first] : [first, node.skipped.detail];
    case 'file':
      return [first, ...fileLines(node.memory)];
    default:
      return assertNever(node);
  }
}

function fileLines({ tokens, windows, windowsKnown, slots, slotBytes, ratio, fidelity }: FileMemory): string[] {
  return [
    l10n.t("Tokens: {0}", formatCount(tokens)),
    l10n.t("Slots: {0}", formatCount(slots)),
    l10n.t("Ratio: {0} tokens per slot", ratio),
    l10n.t("Windows in memory: {0} of {1}", formatCount(windowsKnown), formatCount(windows)),
    l10n.t("On disk: {0}", formatBytes(slotBytes)),
    ...(fidelity === undefined ? [] : [l10n.t("Fidelity: {0} of the text's information survives", formatPercent(fidelity))]),
  ];
}

/** The figures of a folder or of the whole workspace, a line each. */
export function sumsLines(sums: Sums): string[] {
  return [
    l10n.t("Compressed files: {0} of {1}", formatCount(sums.compressed), formatCount(sums.files)),
    ...(sums.stale === 0 ? [] : [l10n.t("Stale files: {0}", formatCount(sums.stale))]),
    l10n.t("Tokens: {0}", formatCount(sums.tokens)),
    l10n.t("Slots: {0}", formatCount(sums.slots)),
    ...(sums.compressedSlots === 0 ? [] : [l10n.t("Ratio: {0} tokens per slot", formatRatio(sums.compressedTokens, sums.compressedSlots))]),
    l10n.t("On disk: {0}", formatBytes(sums.slotBytes)),
  ];
}

/** The line over the tree. The budget is for all workspaces: they share one store. */
export function totalsText(sums: Sums, stats: MemoryStats): string {
  const files = sums.compressed === sums.files ? filesText(sums.files) : l10n.t("{0} of {1} files", formatCount(sums.compressed), formatCount(sums.files));
  const numbers = l10n.t("{0}: {1} tokens, {2} slots, {3}", files, formatCount(sums.tokens), formatCount(sums.slots), formatBytes(sums.slotBytes));
  const budget = l10n.t("All workspaces: {0} of {1}", formatBytes(stats.bytes), formatBytes(stats.budgetBytes));
  return `${numbers}. ${budget}.`;
}

function filesText(files: number): string {
  return files === 1 ? l10n.t("1 file") : l10n.t("{0} files", formatCount(files));
}
