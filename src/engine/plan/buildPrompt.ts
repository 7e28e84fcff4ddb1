import type { PromptFormat } from '../prompt/promptFormat';
import type { Conversation } from './conversation';
import type { Plan, PlannedFile, PlanWindow } from './plan';
import { SegmentList, type PlannedSegment } from './segments';

export interface PromptParts {
  readonly format: Pick<PromptFormat, 'header' | 'conversation'>;
  /** The ids of a window that enters as raw text. */
  readonly rawTokens: (window: PlanWindow) => Int32Array;
}

/** The decoder's input: the files, each with its header and its windows as slots in their frame or as text, and the conversation around them. */
export function buildPrompt(plan: Pick<Plan, 'files' | 'frame'>, { turns, question }: Pick<Conversation, 'turns' | 'question'>, { format, rawTokens }: PromptParts): readonly PlannedSegment[] {
  const { before, after } = format.conversation(turns, question, plan.files.length > 0);
  const segments = new SegmentList();
  const addFile = ({ displayPath, pieces }: PlannedFile): void => {
    segments.addTokens(format.header(displayPath));
    pieces.forEach(({ window, form, positions }, i) => {
      if (form.kind === 'slots') {
        segments.addSlots({ windowHash: window.hash, ratio: form.ratio, count: positions }, plan.frame, pieces[i + 1]?.form.kind !== 'slots');
      } else {
        segments.addTokens(rawTokens(window));
      }
    });
  };
  segments.addTokens(before);
  plan.files.forEach(addFile);
  segments.addTokens(after);
  return segments.finish();
}
