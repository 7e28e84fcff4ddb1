import * as l10n from '@vscode/l10n';
import type { Attachment } from '../../src/common/attachments';
import { iconElement } from '../components';
import { h } from '../dom';
import { attachmentIcon, placeOf } from './completionItems';
import type { ContextActions } from './contextActions';

/** What was attached to a question that was asked, as links; nothing when nothing was. */
export function attachedList(attachments: readonly Attachment[], actions: Pick<ContextActions, 'reveal'>): readonly HTMLElement[] {
  if (attachments.length === 0) {
    return [];
  }
  const items = attachments.map(attachment => {
    const open = h('button', { class: 'link', testId: 'attached' }, attachment.kind === 'symbol' ? attachment.label : placeOf(attachment));
    open.type = 'button';
    open.title = placeOf(attachment);
    open.addEventListener('click', () => actions.reveal(attachment.path, attachment.lines?.firstLine ?? 1));
    return h('li', {}, iconElement(attachmentIcon(attachment.kind)), open);
  });
  return [h('ul', { class: 'attached', label: l10n.t("Attached to the question") }, ...items)];
}
