/** How much of a text survives in its slots, in three steps that labels and colours share. */
export type FidelityBand = 'high' | 'medium' | 'low';

/** The band of a fidelity from 0 to 1. */
export function fidelityBand(fidelity: number): FidelityBand {
  if (fidelity >= 0.6) {
    return 'high';
  }
  return fidelity >= 0.3 ? 'medium' : 'low';
}

/** The fidelity of several stretches together: their mean, weighted by tokens; undefined when none of them has one. */
export function meanFidelity(stretches: Iterable<{ readonly tokens: number; readonly fidelity?: number | undefined }>): number | undefined {
  let tokens = 0;
  let sum = 0;
  for (const stretch of stretches) {
    if (stretch.fidelity !== undefined) {
      tokens += stretch.tokens;
      sum += stretch.tokens * stretch.fidelity;
    }
  }
  return tokens === 0 ? undefined : sum / tokens;
}
