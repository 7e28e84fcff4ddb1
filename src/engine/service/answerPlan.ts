import type { Answer, AnswerProgress, ContextReport, Sampling } from '../../common/context';
import { generate } from '../generate/generate';
import { buildPrompt } from '../plan/buildPrompt';
import { contextReport } from '../plan/contextReport';
import type { Conversation } from '../plan/conversation';
import type { Plan } from '../plan/plan';
import { promptPositions } from '../plan/segments';
import type { EngineParts, Watch } from './engineParts';
import { provideSlots, slotId, type SlotMap, type SlotRequest } from './provideSlots';
import { resolvePrompt } from './resolvePrompt';
import { throttle } from './throttle';
import type { IndexedWindow } from './workspaceIndex';

export interface AnswerRequest {
  readonly plan: Plan;
  readonly conversation: Conversation;
  /** Every window of the plan, by hash. */
  readonly windows: ReadonlyMap<string, IndexedWindow>;
  /** Most positions of the prompt. */
  readonly budget: number;
  readonly sampling: Sampling;
  /** When the user asked, on the clock of `performance.now()`. */
  readonly started: number;
}

/** Positions that an answer may take at most: the rest is for reading. */
export function answerPositions(parts: Pick<EngineParts, 'decoder'>, sampling: Pick<Sampling, 'maxTokens'>): number {
  return Math.min(sampling.maxTokens, Math.floor(parts.decoder.capacity / 4));
}

/**
 * Carries out a plan: makes the slots that are missing, reads, writes. The answer holds what was read and how long it took.
 * Errors: `cancelled` before the first token, and those of the encoder, the store and the decoder.
 */
export async function answerPlan(parts: EngineParts, request: AnswerRequest, { signal, progress }: Watch<AnswerProgress>): Promise<Answer> {
  const { plan, conversation, windows, budget, sampling, started } = request;
  const { tokenizer, decoder, prompt } = parts;
  const updates = throttle(progress);

  const slots = await provideSlots(parts, slotRequests(plan, windows), { priority: 'answer', signal, onProvided: fileCounter(plan, progress) });
  const compressed = performance.now();

  const planned = buildPrompt(plan, conversation, {
    format: prompt,
    rawTokens: window => tokenizer.encode(windows.get(window.hash)?.text ?? ''),
  });
  const positionsTotal = promptPositions(planned);
  const report = (reusedPositions: number): ContextReport =>
    contextReport(plan, {
      promptPositions: positionsTotal,
      droppedTurns: conversation.droppedTurns,
      reusedPositions,
      answerPositions: answerPositions(parts, sampling),
      budget,
    });
  updates.always({ phase: 'reading', positionsDone: 0, positionsTotal });

  let firstToken: number | undefined;
  const generation = await parts.lock.run('answer', signal, async () =>
    generate(decoder, tokenizer, await resolvePrompt(parts, planned, slots), {
      sampling: { ...sampling, maxTokens: answerPositions(parts, sampling), stop: [...sampling.stop, ...prompt.stops] },
      endTokens: prompt.endTokens,
      lead: prompt.lead,
      ...(signal === undefined ? {} : { signal }),
      onRead: positionsDone => updates.report(() => ({ phase: 'reading', positionsDone, positionsTotal })),
      onText: (text, tokens) => {
        if (firstToken === undefined) {
          firstToken = performance.now();
          updates.always({ phase: 'writing', text, tokens });
        } else {
          updates.report(() => ({ phase: 'writing', text, tokens }));
        }
      },
    }),
  );
  const ended = performance.now();
  const { text, stopReason, tokens, reusedPositions, prefillMs, decodeMs } = generation;
  return {
    text,
    stopReason,
    generatedTokens: tokens.length,
    context: report(reusedPositions),
    timings: {
      firstTokenMs: (firstToken ?? ended) - started,
      compressMs: compressed - started,
      prefillMs,
      totalMs: ended - started,
      tokensPerSecond: decodeMs > 0 ? (tokens.length / decodeMs) * 1000 : 0,
    },
  };
}

function slotRequests(plan: Plan, windows: ReadonlyMap<string, IndexedWindow>): readonly SlotRequest[] {
  return plan.files.flatMap(file =>
    file.pieces.flatMap(({ window: { hash }, form }) => {
      const window = windows.get(hash);
      return form.kind !== 'slots' || window === undefined ? [] : [{ window, ratio: form.ratio }];
    }),
  );
}

/** Reports how many of the files that enter as slots have all of them, known ones included. */
function fileCounter(plan: Plan, progress: ((snapshot: AnswerProgress) => void) | undefined) {
  const ids = new Map<string, string[]>();
  for (const { path, pieces } of plan.files) {
    const slots = pieces.flatMap(({ window, form }) => (form.kind === 'slots' ? [slotId(window.hash, form.ratio)] : []));
    if (slots.length > 0) {
      ids.set(path, [...(ids.get(path) ?? []), ...slots]);
    }
  }
  return (slots: SlotMap): void => {
    const filesDone = [...ids.values()].filter(wanted => wanted.every(id => slots.has(id))).length;
    progress?.({ phase: 'compressing', filesDone, filesTotal: ids.size });
  };
}
