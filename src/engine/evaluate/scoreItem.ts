import { throwIfCancelled } from '../../common/errors';
import { scoreContinuation, type Score } from '../decoder/scoreContinuation';
import type { EngineParts } from '../service/engineParts';
import { allContexts, contextName, readFiles, trainingName } from './contexts';
import type { ItemOf } from './items';

/** How a target was predicted behind one kind of context. */
export interface ContextScore extends Score {
  /** Negative log-likelihood a token by training's own code. */
  readonly training: number | undefined;
}

export interface ItemScores {
  readonly id: string | number;
  readonly byContext: Readonly<Record<string, ContextScore>>;
}

/** Scores a target behind nothing, the raw windows, their slots at every ratio, and the slots of the wrong windows. Errors: `no-compressor`, `cancelled`, the decoder's. */
export async function scoreItem(parts: EngineParts, { id, file, target, expected }: ItemOf<'continuation'>, signal: AbortSignal): Promise<ItemScores> {
  const ids = parts.tokenizer.encode(target);
  return parts.lock.run('answer', signal, async () => {
    const byContext: Record<string, ContextScore> = {};
    for (const context of allContexts(parts)) {
      throwIfCancelled(signal);
      const prompt = [{ kind: 'tokens', ids: parts.prompt.start } as const, ...(await readFiles(parts, [file], context))];
      byContext[contextName(context)] = { ...(await scoreContinuation(parts.decoder, prompt, ids, { signal })), training: expected[trainingName(context)] };
    }
    return { id, byContext };
  });
}

export interface ContextSummary {
  readonly name: string;
  readonly nllPerToken: number;
  /** (none - this) / (none - full); undefined for the two ends. */
  readonly gapClosed: number | undefined;
  /** `nllPerToken` by training's own code; undefined where an item does not say it. */
  readonly training: number | undefined;
}

/** Means over all tokens of all items. */
export function summariseScores(scores: readonly ItemScores[]): readonly ContextSummary[] {
  const of = (name: string): readonly ContextScore[] => scores.flatMap(item => item.byContext[name] ?? []);
  const perToken = (all: readonly Score[]): number => all.reduce((sum, { nll }) => sum + nll, 0) / Math.max(1, all.reduce((sum, { tokens }) => sum + tokens, 0));
  const [none, full] = [perToken(of('none')), perToken(of('full'))];
  return Object.keys(scores[0]?.byContext ?? {}).map(name => {
    const all = of(name);
    const training = all.flatMap(score => (score.training === undefined ? [] : [{ nll: score.training * score.tokens, tokens: score.tokens }]));
    return {
      name,
      nllPerToken: perToken(all),
      gapClosed: name === 'none' || name === 'full' ? undefined : (none - perToken(all)) / (none - full),
      training: training.length === all.length ? perToken(training) : undefined,
    };
  });
}
