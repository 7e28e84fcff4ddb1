import { describe, expect, it } from 'vitest';
import { penaliseRepeats } from '../../../../src/engine/generate/repeats';

function penalties(recent: readonly number[]): number[] {
  const scores = new Float32Array(10);
  penaliseRepeats(scores, recent);
  return Array.from(scores, score => 0 - score);
}

describe('penaliseRepeats', () => {
  it('leaves tokens alone that only occur again', () => {
    expect(penalties([1, 2, 3, 1, 4, 2, 3, 5, 1, 2])).toEqual(new Array(10).fill(0));
    expect(penalties([])).toEqual(new Array(10).fill(0));
  });

  it('costs more with every further round of one token', () => {
    const costs = [3, 4, 5, 6, 7].map(length => penalties(new Array<number>(length).fill(7))[7] ?? 0);
    expect(costs[0]).toBe(0);
    for (let i = 1; i < costs.length; i++) {
      expect(costs[i]).toBeGreaterThan((costs[i - 1] ?? 0) * 1.7);
    }
  });

  it('costs the token that continues a repeated block, and no other', () => {
    const costs = penalties([1, 2, 3, 4, 5, 6, 9, 1, 2, 3, 4, 5]);
    expect(costs[6]).toBeGreaterThan(1);
    expect(costs.filter(value => value !== 0)).toHaveLength(1);
  });
});
