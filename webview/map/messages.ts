import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { MapState } from '../../src/common/mapProtocol';
import { button, spinner } from '../components';
import { h } from '../dom';
import { formatCount } from '../strings';
import type { MapActions } from './actions';

/** What stands in place of the picture while there is none; nothing when there is. */
export function message(list: MapState['list'], actions: MapActions): readonly HTMLElement[] {
  switch (list.kind) {
    case 'loading':
      return [h('p', { class: 'phase', testId: 'loading' }, spinner(), l10n.t("Reading what is in memory…"))];
    case 'no-folder':
      return [h('p', {}, l10n.t("The map shows the files of a folder, and none is open.")), button(l10n.t("Open Folder"), 'open-folder', actions.openFolder)];
    case 'failed':
      return [
        h('p', { role: 'alert', testId: 'failure' }, list.message),
        h('div', { class: 'buttons' }, button(l10n.t("Try Again"), 'retry', actions.refresh), button(l10n.t("Show Log"), 'show-log', actions.showLog, { secondary: true })),
      ];
    case 'ready':
      return list.files.length > 0 ? [] : [h('p', { testId: 'no-files' }, l10n.t("There is no file that Shorthand can compress in this folder."))];
    default:
      return assertNever(list);
  }
}

/** One line about what goes on, or what could be done next. */
export function statusLine(state: MapState, actions: MapActions): readonly HTMLElement[] {
  const { list, compressing, measuring } = state;
  if (list.kind !== 'ready' || list.files.length === 0) {
    return [];
  }
  if (compressing !== undefined) {
    const { progress } = compressing;
    const text = progress?.phase === 'encoding' ? l10n.t("Compressing: {0} of {1} files", formatCount(progress.filesDone), formatCount(progress.filesTotal)) : l10n.t("Compressing…");
    return [h('span', { class: 'phase' }, spinner(), text)];
  }
  if (measuring !== undefined) {
    const text = measuring.windowsTotal === 0 ? l10n.t("Measuring fidelity…") : l10n.t("Measuring fidelity: {0} of {1} windows", formatCount(measuring.windowsDone), formatCount(measuring.windowsTotal));
    return [h('span', { class: 'phase' }, spinner(), text), button(l10n.t("Stop"), 'stop-measure', actions.measure, { secondary: true })];
  }
  const compressed = list.files.filter(file => file.state === 'compressed');
  const unmeasured = compressed.some(file => file.fidelity === undefined);
  return [
    h('span', { testId: 'totals' }, l10n.t("{0} of {1} files in memory", formatCount(compressed.length), formatCount(list.files.length))),
    ...(list.skipped === 0 ? [] : [h('span', {}, list.skipped === 1 ? l10n.t("1 file left out") : l10n.t("{0} files left out", formatCount(list.skipped)))]),
    ...(compressed.length < list.files.length ? [button(l10n.t("Compress Workspace"), 'compress-workspace', actions.compressWorkspace)] : []),
    ...(unmeasured ? [button(l10n.t("Measure Fidelity"), 'measure', actions.measure, { secondary: true })] : []),
  ];
}
