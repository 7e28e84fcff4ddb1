import type { Attachment } from '../../common/attachments';
import type { AskParams } from '../../common/engineProtocol';

/** Attachments as the engine takes them: one selection, and the rest in order of preference. */
export function mentionsOf(attachments: readonly Attachment[]): Pick<AskParams, 'mentions' | 'selection'> {
  const selected = attachments.find(({ kind, lines }) => kind === 'selection' && lines !== undefined);
  const mentions = attachments.filter(attachment => attachment !== selected).map(({ path, lines }) => (lines === undefined ? { path } : { path, lines }));
  return selected?.lines === undefined ? { mentions } : { mentions, selection: { path: selected.path, ...selected.lines } };
}
