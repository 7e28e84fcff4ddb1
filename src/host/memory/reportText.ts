import { l10n } from 'vscode';
import { assertNever } from '../../common/assertNever';
import type { CompressProgress, CompressReport, SkippedFile, SkipReason } from '../../common/workspace';
import { formatCount, formatRatio } from '../format';

/** One line for the progress notification. */
export function progressText(progress: CompressProgress): string {
  switch (progress.phase) {
    case 'scanning':
      return l10n.t("Looking for files: {0} found", formatCount(progress.filesTotal));
    case 'encoding':
      return l10n.t(
        "{0} of {1} files, {2} tokens as {3} slots",
        formatCount(progress.filesDone),
        formatCount(progress.filesTotal),
        formatCount(progress.tokens),
        formatCount(progress.slots),
      );
    default:
      return assertNever(progress.phase);
  }
}

/** What a compression came to. VS Code cuts a notification without buttons after its first line. */
export function reportText(report: CompressReport): string {
  const { files, tokens, slots, windowsEncoded, windowsReused, windowsEvicted } = report;
  if (files === 0) {
    return l10n.t("There was no file to compress.");
  }
  if (windowsEvicted > 0) {
    return windowsEvicted === 1
      ? l10n.t("The cache is too small: 1 window was dropped again")
      : l10n.t("The cache is too small: {0} windows were dropped again", formatCount(windowsEvicted));
  }
  if (windowsEncoded === 0) {
    return files === 1 ? l10n.t("Nothing to encode: 1 file is up to date") : l10n.t("Nothing to encode: {0} files are up to date", formatCount(files));
  }
  if (windowsReused > windowsEncoded) {
    const [encoded, known] = [formatCount(windowsEncoded), formatCount(windowsReused)];
    return windowsEncoded === 1
      ? l10n.t("Encoded 1 window, {0} were known: {1} slots in all", known, formatCount(slots))
      : l10n.t("Encoded {0} windows, {1} were known: {2} slots in all", encoded, known, formatCount(slots));
  }
  const [tokensText, slotsText, ratio] = [formatCount(tokens), formatCount(slots), formatRatio(tokens, slots)];
  return files === 1
    ? l10n.t("1 file: {0} tokens in {1} slots ({2}x)", tokensText, slotsText, ratio)
    : l10n.t("{0} files: {1} tokens in {2} slots ({3}x)", formatCount(files), tokensText, slotsText, ratio);
}

/** The same with all its numbers, for the log. */
export function reportLine({ files, tokens, slots, windowsEncoded, windowsReused, windowsEvicted, milliseconds }: CompressReport): string {
  return `Compressed files: ${files}, tokens: ${tokens}, slots: ${slots}, windows encoded: ${windowsEncoded}, reused: ${windowsReused}, evicted: ${windowsEvicted}, ms: ${Math.round(milliseconds)}`;
}

/** The list of skipped files with reasons, as plain text, grouped by reason. */
export function skippedText(skipped: readonly SkippedFile[]): string {
  const groups = Map.groupBy(skipped, file => file.reason);
  const sections = [...groups].map(([reason, files]) => {
    const lines = files.map(file => (file.detail === '' ? `  ${file.path}` : `  ${file.path}  (${file.detail})`));
    return [`${reasonText(reason)} (${formatCount(files.length)})`, ...lines.sort()].join('\n');
  });
  return [l10n.t("Files that Shorthand did not compress: {0}", formatCount(skipped.length)), ...sections, ''].join('\n\n');
}

/** Why a file is left out, in a few words. */
export function reasonText(reason: SkipReason): string {
  switch (reason) {
    case 'binary':
      return l10n.t("Not a text file");
    case 'too-large':
      return l10n.t("Too large");
    case 'minified':
      return l10n.t("Minified or generated: the lines are too long");
    case 'invalid-utf8':
      return l10n.t("Not encoded as UTF-8");
    case 'empty':
      return l10n.t("Empty");
    case 'unreadable':
      return l10n.t("Can't be read");
    case 'symlink-loop':
      return l10n.t("A symbolic link that leads back to itself");
    case 'deleted':
      return l10n.t("Deleted");
    case 'outside-workspace':
      return l10n.t("Outside the workspace");
    case 'excluded':
      return l10n.t("Excluded by an ignore rule or a setting");
    default:
      return assertNever(reason);
  }
}
