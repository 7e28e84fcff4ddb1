import type { ResultOf } from '../../common/rpc/protocol';
import type { CompleteParams, EngineProtocol } from '../../common/engineProtocol';
import { throwIfCancelled } from '../../common/errors';
import { completionEnd, tidyCompletion, type Cursor } from '../generate/completionText';
import { Confidence } from '../generate/confidence';
import { ForcedStart, partLastWord } from '../generate/forcedStart';
import { generate, type Generation } from '../generate/generate';
import { fillInMiddle } from '../plan/fillInMiddle';
import { middleTokens } from '../plan/middleTokens';
import { rawAround } from '../plan/rawAround';
import { completionSlots } from './completionSlots';
import type { EngineParts, Watch } from './engineParts';
import { RecentFiles } from './recentFiles';
import { resolvePrompt } from './resolvePrompt';
import { slotFrame } from './slotFacts';

export type Completion = ResultOf<EngineProtocol, 'complete'>;

/** Lines before the cursor that count as written already. */
const givenLines = 2;
/**
 * A decoder that is less sure of its words guesses. With shorthand-nano, at 216 places in code of this repository, it takes away 60 of 183 completions, of which
 * 55 were wrong from their first line on.
 */
const leastConfidence = 0.35;
/** Room for the headers of files and for special tokens. */
const overhead = 64;

/** Completes one place at a time: a request makes the one before it void. */
export class Completions {
  readonly #recent: RecentFiles;
  #running: AbortController | undefined;

  constructor(private readonly parts: EngineParts) {
    this.#recent = new RecentFiles(parts);
  }

  /** Gives up the completion under way, for what the user waits for more. */
  cancel(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  /** Errors: `cancelled` (also by the next request and by an answer), and those of the store and the decoder. */
  async complete(params: CompleteParams, { signal }: Watch<never>): Promise<Completion> {
    this.cancel();
    const abort = new AbortController();
    this.#running = abort;
    try {
      return await complete(this.parts, this.#recent, params, AbortSignal.any([abort.signal, ...(signal === undefined ? [] : [signal])]));
    } finally {
      if (this.#running === abort) {
        this.#running = undefined;
      }
    }
  }
}

async function complete(parts: EngineParts, recent: RecentFiles, params: CompleteParams, signal: AbortSignal): Promise<Completion> {
  const started = performance.now();
  const { tokenizer, prompt: format } = parts;
  // The conversation stays in the KV cache of the first one.
  const decoder = parts.sideDecoder();
  const maxTokens = Math.min(params.sampling.maxTokens, Math.floor(decoder.capacity / 4));
  const room = decoder.capacity - maxTokens - overhead;
  const cursor: Cursor = { prefix: withLineFeeds(params.prefix), suffix: withLineFeeds(params.suffix) };
  const raw = rawAround(cursor.prefix, cursor.suffix, { prefix: Math.floor(room / 2), suffix: Math.floor(room / 8) }, tokenizer);
  const { files, slots, displayPath } = await completionSlots(parts, recent, { ...params, raw, budget: Math.floor(room / 4) });
  throwIfCancelled(signal);

  const { head, tail } = partLastWord(raw.prefix);
  const at = startOfGiven(head);
  const prompt = fillInMiddle(files, { displayPath, prefix: head.slice(0, at), suffix: raw.suffix, given: head.slice(at) }, { tokenizer, format, frame: slotFrame(parts) });
  const start = new ForcedStart(tokenizer, tail);
  const done = new AbortController();
  const confidence = new Confidence();
  const generation = await parts.lock.run('complete', signal, async () =>
    generate(decoder, tokenizer, await resolvePrompt(parts, prompt, slots), {
      sampling: { ...params.sampling, maxTokens },
      endTokens: [...format.endTokens, ...(middleTokens(tokenizer)?.ends ?? [])],
      signal: AbortSignal.any([signal, done.signal]),
      constrain: (logits, written) => {
        start.constrain(logits, written);
        confidence.add(logits);
      },
      onText: text => completionEnd(text.slice(tail.length), cursor) !== undefined && done.abort(),
    }),
  );
  throwIfCancelled(signal);
  const { text, stopReason } = finish(generation, tail, cursor);
  return { text: confidence.mean < leastConfidence ? '' : text, stopReason, milliseconds: performance.now() - started };
}

/** What is offered of what was written. */
function finish({ text, stopReason }: Generation, tail: string, cursor: Cursor): Omit<Completion, 'milliseconds'> {
  if (!text.startsWith(tail)) {
    return { text: '', stopReason };
  }
  const written = text.slice(tail.length);
  const end = completionEnd(written, cursor);
  return {
    text: tidyCompletion(written.slice(0, end), cursor, end !== undefined || stopReason !== 'length'),
    stopReason: end === undefined ? stopReason : 'stop-sequence',
  };
}

/**
 * Where the lines begin that the decoder takes for its own beginning: it goes on better from what it seems to have written than from nothing. The
 * KV cache also keeps what stands before them while someone types in the last one.
 */
function startOfGiven(head: string): number {
  let at = head.length;
  for (let line = 0; line < givenLines && at > 0; line++) {
    at = head.lastIndexOf('\n', at - 1);
  }
  return Math.max(0, at);
}

/** The decoder has read files with such lines. */
function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
