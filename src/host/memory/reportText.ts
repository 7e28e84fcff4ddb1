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

/** What a compression came to. */
export function reportText(report: CompressReport): string {
  const { files, tokens, slots, windowsEncoded } = report;
  if (files === 0) {
    return l10n.t("There was no file to compress.");
  }
  if (windowsEncoded === 0) {
    return l10n.t("Everything is up to date: nothing was encoded. Files: {0}, tokens: {1}, slots: {2}.", formatCount(files), formatCount(tokens), formatCount(slots));
  }
  return l10n.t(
    "Compressed files: {0}. {1} tokens became {2} slots ({3}x). New windows encoded: {4}.",
    formatCount(files),
    formatCount(tokens),
    formatCount(slots),
    formatRatio(tokens, slots),
    formatCount(windowsEncoded),
  );
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

function reasonText(reason: SkipReason): string {
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
