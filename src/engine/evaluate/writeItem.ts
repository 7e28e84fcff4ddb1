import { assertNever } from '../../common/assertNever';
import { ShorthandError, throwIfCancelled } from '../../common/errors';
import type { DecoderSegment } from '../decoder/prompt';
import { generate } from '../generate/generate';
import type { EngineParts } from '../service/engineParts';
import { recallPrompt } from '../service/fidelity';
import { contextName, encodedWindows, fewContexts, readFiles, trainingName, type Context } from './contexts';
import type { EvaluationFile, ItemOf, WrittenItem } from './items';
import { firstLine } from './metrics';

/** Tokens of an answer and of a line at most, as in `training/`. */
const longestAnswer = 48;
const longestLine = 40;

/** What was written behind one kind of context. */
export interface Written {
  readonly context: string;
  readonly text: string;
  /** What training's own code wrote. */
  readonly training: string | undefined;
}

export interface WrittenResult {
  readonly kind: WrittenItem['kind'];
  readonly id: string | number;
  readonly reference: string;
  readonly written: readonly Written[];
}

/** A prompt, and what of the text behind it is the answer. */
interface Task {
  readonly prompt: readonly DecoderSegment[];
  readonly maxTokens: number;
  /** What an answer begins with without being a part of it: there is none before a text that goes on or is written back. */
  readonly lead?: string;
  /** Whether a text under way has all that is wanted. */
  readonly enough?: (text: string) => boolean;
  readonly tidy?: (text: string) => string;
}

/** Writes greedily behind every kind of context that the item can have. Errors: `no-compressor`, `cancelled`, `prompt-too-long`, the decoder's. */
export async function writeItem(parts: EngineParts, item: WrittenItem, signal: AbortSignal): Promise<WrittenResult> {
  return parts.lock.run('answer', signal, async () => {
    const written: Written[] = [];
    for (const context of fewContexts(parts).filter(({ kind }) => item.kind !== 'reconstruction' || kind !== 'full')) {
      throwIfCancelled(signal);
      const text = await write(parts, await taskOf(parts, item, context), signal);
      written.push({ context: contextName(context), text, training: item.expected[trainingName(context)] });
    }
    return { kind: item.kind, id: item.id, reference: referenceOf(item), written };
  });
}

function referenceOf(item: WrittenItem): string {
  switch (item.kind) {
    case 'reconstruction':
      return item.file.windows[0] ?? '';
    case 'question':
      return item.answer;
    case 'nextLine':
      return item.line;
    default:
      return assertNever(item);
  }
}

function taskOf(parts: EngineParts, item: WrittenItem, context: Context): Promise<Task> {
  switch (item.kind) {
    case 'reconstruction':
      return recallTask(parts, item.file, context);
    case 'question':
      return questionTask(parts, item, context);
    case 'nextLine':
      return lineTask(parts, item, context);
    default:
      return assertNever(item);
  }
}

async function recallTask(parts: EngineParts, { path, windows: [text = ''], wrongWindows: [wrong = ''] }: EvaluationFile, context: Context): Promise<Task> {
  const maxTokens = parts.tokenizer.encode(text).length;
  if (!('ratio' in context)) {
    return { prompt: [{ kind: 'tokens', ids: [...parts.prompt.start, ...parts.prompt.header(path)] }], maxTokens };
  }
  const [entry] = await encodedWindows(parts, [context.kind === 'wrong' ? wrong : text], context.ratio);
  if (entry === undefined) {
    throw new ShorthandError('internal', 'A window has no slots.');
  }
  return { prompt: (await recallPrompt(parts, path, entry)).prompt, maxTokens };
}

async function questionTask(parts: EngineParts, { files, question }: ItemOf<'question'>, context: Context): Promise<Task> {
  const { before, after } = parts.prompt.conversation([], question, true);
  const prompt: readonly DecoderSegment[] = [{ kind: 'tokens', ids: before }, ...(await readFiles(parts, files, context)), { kind: 'tokens', ids: after }];
  return { prompt, maxTokens: longestAnswer, lead: parts.prompt.lead };
}

async function lineTask(parts: EngineParts, { file, open, before }: ItemOf<'nextLine'>, context: Context): Promise<Task> {
  const prompt: readonly DecoderSegment[] = [
    { kind: 'tokens', ids: parts.prompt.start },
    ...(await readFiles(parts, [file], context)),
    { kind: 'tokens', ids: [...parts.prompt.header(open), ...parts.tokenizer.encode(before)] },
  ];
  return { prompt, maxTokens: longestLine, enough: text => text.trimStart().includes('\n'), tidy: firstLine };
}

async function write(parts: EngineParts, { prompt, maxTokens, lead, enough, tidy }: Task, signal: AbortSignal): Promise<string> {
  const { endTokens, stops } = parts.prompt;
  const done = new AbortController();
  const { text } = await generate(parts.decoder, parts.tokenizer, prompt, {
    sampling: { temperature: 0, topP: 1, repetitionPenalty: 1, maxTokens, seed: 0, stop: [...stops] },
    endTokens,
    ...(lead !== undefined && { lead }),
    signal: AbortSignal.any([signal, done.signal]),
    onText: shown => enough?.(shown) && done.abort(),
  });
  throwIfCancelled(signal);
  return tidy?.(text) ?? text;
}
