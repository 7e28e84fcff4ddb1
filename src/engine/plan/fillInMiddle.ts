import type { Ratio } from '../../common/bundle';
import type { PromptFormat } from '../prompt/promptFormat';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { middleTokens } from './middleTokens';
import { SegmentList, type PlannedSegment } from './segments';
import type { SlotFrame } from './slotFrame';

/** A file of which some windows enter as slots, in their order. */
export interface SlotFile {
  readonly displayPath: string;
  readonly windows: readonly { readonly hash: string; readonly ratio: Ratio; readonly slotCount: number }[];
}

/** The file that is written in, cut to what fits, lines ending with LF. */
export interface OpenedFile {
  readonly displayPath: string;
  readonly prefix: string;
  readonly suffix: string;
  /** The beginning of the middle, which stands already. */
  readonly given: string;
}

export interface MiddleParts {
  readonly tokenizer: Tokenizer;
  readonly format: Pick<PromptFormat, 'start' | 'header'>;
  readonly frame: SlotFrame;
}

/**
 * The decoder's input for a completion: the start token, then per file its header and the slots of its windows in their frame, then the header of the file that
 * is written in, and prefix, suffix and given middle between the tokens that the decoder has for them. A decoder that has none goes on from prefix
 * and given alone.
 */
export function fillInMiddle(files: readonly SlotFile[], opened: OpenedFile, { tokenizer, format, frame }: MiddleParts): readonly PlannedSegment[] {
  const segments = new SegmentList();
  segments.addTokens(format.start);
  for (const { displayPath, windows } of files) {
    segments.addTokens(format.header(displayPath));
    windows.forEach(({ hash, ratio, slotCount }, i) => segments.addSlots({ windowHash: hash, ratio, count: slotCount }, frame, i === windows.length - 1));
  }
  segments.addTokens(format.header(opened.displayPath));
  const { prefix, suffix, given } = opened;
  const tokens = middleTokens(tokenizer);
  segments.addTokens(
    tokens === undefined
      ? tokenizer.encode(prefix + given)
      : [tokens.prefix, ...tokenizer.encode(prefix), tokens.suffix, ...tokenizer.encode(suffix), tokens.middle, ...tokenizer.encode(given)],
  );
  return segments.finish();
}
