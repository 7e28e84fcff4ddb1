import { assertNever } from '../../common/assertNever';
import type { Ratio } from '../../common/bundle';
import type { DecoderSegment } from '../decoder/prompt';
import { requireCompressor, type EngineParts } from '../service/engineParts';
import { encodedEntries, slotKey } from '../service/provideSlots';
import { framedSegments } from '../service/slotSegments';
import type { SlotEntry } from '../slots/slotEntry';
import type { EvaluationFile } from './items';

/** What the decoder reads of a file: nothing, its text, its slots, or another file's. */
export type Context = { readonly kind: 'none' } | { readonly kind: 'full' } | { readonly kind: 'slots'; readonly ratio: Ratio } | { readonly kind: 'wrong'; readonly ratio: Ratio };

export function contextName(context: Context): string {
  switch (context.kind) {
    case 'none':
    case 'full':
      return context.kind;
    case 'slots':
      return `slots ${context.ratio}x`;
    case 'wrong':
      return `wrong file's slots ${context.ratio}x`;
    default:
      return assertNever(context);
  }
}

/** The name that `training/` gives it. */
export function trainingName(context: Context): string {
  return 'ratio' in context ? `${context.kind}${context.ratio}` : context.kind;
}

/** Nothing, the text, and at every ratio the slots and the wrong ones. Errors: `no-compressor`. */
export function allContexts(parts: EngineParts): readonly Context[] {
  const { ratios } = requireCompressor(parts).encoder.spec;
  return [{ kind: 'none' }, { kind: 'full' }, ...ratios.flatMap((ratio): readonly Context[] => [{ kind: 'slots', ratio }, { kind: 'wrong', ratio }])];
}

/** The same with wrong slots at one ratio alone, for what takes long. Errors: `no-compressor`. */
export function fewContexts(parts: EngineParts): readonly Context[] {
  const { ratios } = requireCompressor(parts).encoder.spec;
  const wrong = ratios.includes(8) ? 8 : ratios[0];
  return allContexts(parts).filter(context => context.kind !== 'wrong' || context.ratio === wrong);
}

/** Windows as slots, as the slot store gives them back. The caller holds the inference lock. */
export async function encodedWindows(parts: EngineParts, texts: readonly string[], ratio: Ratio): Promise<readonly SlotEntry[]> {
  const { tokenizer } = requireCompressor(parts);
  const windows = texts.map(text => tokenizer.encode(text));
  // The tokens name the window: the decoder takes equal keys for equal rows.
  const named = windows.map(tokens => ({ key: slotKey(parts, tokens.join(' '), ratio), tokens }));
  return encodedEntries(parts, named, ratio, undefined);
}

/** What stands behind the header of a file. The caller holds the inference lock. */
export async function body(parts: EngineParts, { windows, wrongWindows }: EvaluationFile, context: Context): Promise<readonly DecoderSegment[]> {
  switch (context.kind) {
    case 'none':
      return [];
    case 'full':
      return windows.map(text => ({ kind: 'tokens', ids: parts.tokenizer.encode(text) }));
    case 'slots':
      return framedSegments(parts, await encodedWindows(parts, windows, context.ratio));
    case 'wrong':
      return framedSegments(parts, await encodedWindows(parts, wrongWindows, context.ratio));
    default:
      return assertNever(context);
  }
}

/** Headers and bodies of files, in order: the paths are there in every kind of context. The caller holds the inference lock. */
export async function readFiles(parts: EngineParts, files: readonly EvaluationFile[], context: Context): Promise<readonly DecoderSegment[]> {
  const segments: DecoderSegment[] = [];
  for (const file of files) {
    segments.push({ kind: 'tokens', ids: parts.prompt.header(file.path) }, ...(await body(parts, file, context)));
  }
  return segments;
}
