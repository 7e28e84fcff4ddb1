import type { WrittenItem } from './items';
import { bleu4, editSimilarity, exactMatch, tokenF1 } from './metrics';
import type { WrittenResult } from './writeItem';

type Metric = (reference: string, guess: string) => number;

/** How texts of each kind are measured. */
const metricsOf = {
  question: { 'exact match': exactMatch, 'token F1': tokenF1 },
  nextLine: { 'exact match': (reference, guess) => (reference === guess ? 1 : 0), 'edit similarity': editSimilarity },
  reconstruction: { 'BLEU-4': bleu4, 'edit similarity': editSimilarity },
} satisfies Record<WrittenItem['kind'], Readonly<Record<string, Metric>>>;

/** A figure of the engine's texts, and of training's where every item has them. */
export interface Figure {
  readonly metric: string;
  readonly engine: number;
  readonly training: number | undefined;
}

export interface WrittenSummary {
  readonly context: string;
  readonly items: number;
  readonly figures: readonly Figure[];
  /** The share of texts that are training's to the letter; undefined where items do not say what training wrote. */
  readonly same: number | undefined;
}

/** One row a kind of context, in the order of the first item. Results of one kind. */
export function summariseWritten(kind: WrittenItem['kind'], results: readonly WrittenResult[]): readonly WrittenSummary[] {
  return (results[0]?.written ?? []).map(({ context }) => {
    const rows = results.flatMap(({ reference, written }) => written.filter(text => text.context === context).map(({ text, training }) => ({ reference, text, training })));
    const known = rows.flatMap(row => (row.training === undefined ? [] : [{ ...row, training: row.training }]));
    const whole = known.length === rows.length;
    const figures = Object.entries<Metric>(metricsOf[kind]).map(([metric, of]) => ({
      metric,
      engine: mean(rows.map(({ reference, text }) => of(reference, text))),
      training: whole ? mean(known.map(({ reference, training }) => of(reference, training))) : undefined,
    }));
    return { context, items: rows.length, figures, same: whole ? mean(known.map(({ text, training }) => (text === training ? 1 : 0))) : undefined };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
