import type { AskParams } from '../../common/engineProtocol';
import type { SlashCommand } from '../../common/slashCommands';
import { selectedLines } from '../context/selection';

/** What a command such as `/explain` is about when nothing is attached to it: the lines that are selected in the active editor. */
export function attachedSelection(command: SlashCommand | undefined): Pick<AskParams, 'selection'> {
  const selected = command === undefined ? undefined : selectedLines();
  return selected?.lines === undefined ? {} : { selection: { path: selected.path, ...selected.lines } };
}
