import { describe, expect, it } from 'vitest';
import { repeatedTail } from '../../../../src/engine/generate/loop';
import { randomSource } from '../../../../src/engine/generate/random';
import { penaltyWindow, Sampler, type SamplerOptions } from '../../../../src/engine/generate/sampler';

const base: SamplerOptions = { temperature: 1, topP: 1, repetitionPenalty: 1, seed: 1 };

/** How often each of `count` tokens is drawn in `draws` draws. */
function frequencies(options: Partial<SamplerOptions>, logits: readonly number[], draws = 20_000): number[] {
  const sampler = new Sampler({ ...base, ...options });
  const counts = logits.map(() => 0);
  const values = Float32Array.from(logits);
  for (let draw = 0; draw < draws; draw++) {
    counts[sampler.sample(values, [])]!++;
  }
  return counts.map(count => count / draws);
}

describe('randomSource', () => {
  it('repeats itself for a seed and differs between seeds, also beyond 32 bits', () => {
    const take = (seed: number) => Array.from({ length: 5 }, randomSource(seed));
    expect(take(42)).toEqual(take(42));
    const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    expect(new Set(seeds.map(seed => take(seed)[0])).size).toBe(seeds.length);
  });

  it('is uniform in [0, 1)', () => {
    const next = randomSource(7);
    const values = Array.from({ length: 50_000 }, next);
    expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThanOrEqual(0);
    expect(values.every(value => value < 1)).toBe(true);
    for (let bin = 0; bin < 10; bin++) {
      expect(values.filter(value => Math.floor(value * 10) === bin).length / values.length).toBeCloseTo(0.1, 1.9);
    }
  });
});

describe('Sampler', () => {
  const log = Math.log;

  it('is greedy at temperature 0, with the lowest id among equals', () => {
    const sampler = new Sampler({ ...base, temperature: 0 });
    expect(sampler.sample(Float32Array.of(1, 3, 2, 3), [])).toBe(1);
    expect(sampler.sample(Float32Array.of(-5, NaN, -2), [])).toBe(2);
    expect(sampler.sample(Float32Array.of(-Infinity, -1e30), [])).toBe(1);
  });

  it('refuses logits without a finite value', () => {
    for (const temperature of [0, 1]) {
      expect(() => new Sampler({ ...base, temperature }).sample(Float32Array.of(NaN, NaN, -Infinity, Infinity), [])).toThrow(/finite/);
    }
  });

  it('draws with the softmax probabilities', () => {
    const [a, b, c] = frequencies({}, [log(0.5), log(0.3), log(0.2)]);
    expect(a).toBeCloseTo(0.5, 1.8);
    expect(b).toBeCloseTo(0.3, 1.8);
    expect(c).toBeCloseTo(0.2, 1.8);
  });

  it('sharpens below temperature 1 and flattens above', () => {
    const logits = [log(0.8), log(0.2)];
    expect(frequencies({ temperature: 0.5 }, logits)[0]).toBeCloseTo(0.64 / 0.68, 1.8);
    expect(frequencies({ temperature: 2 }, logits)[0]).toBeCloseTo(Math.sqrt(0.8) / (Math.sqrt(0.8) + Math.sqrt(0.2)), 1.8);
  });

  it('keeps only the nucleus and renormalises it', () => {
    const logits = [log(0.1), log(0.5), log(0.1), log(0.3)];
    const frequency = frequencies({ topP: 0.75 }, logits);
    expect(frequency[0]).toBe(0);
    expect(frequency[2]).toBe(0);
    expect(frequency[1]).toBeCloseTo(0.5 / 0.8, 1.8);
    expect(frequencies({ topP: 1e-9 }, logits, 100)).toEqual([0, 1, 0, 0]);
  });

  it('draws from a large vocabulary with a flat tail', () => {
    const logits = Array.from({ length: 16_384 }, (_, id) => (id === 5 ? 12 : 0));
    const share = Math.exp(12) / (Math.exp(12) + 16_383);
    expect(frequencies({}, logits, 2000)[5]).toBeCloseTo(share, 1.5);
    expect(frequencies({ topP: 0.9 }, logits, 500)[5]).toBeGreaterThan(0.95);
  });

  it('repeats its choices for a seed', () => {
    const logits = Float32Array.from({ length: 50 }, (_, id) => Math.sin(id));
    const run = (seed: number) => {
      const sampler = new Sampler({ ...base, topP: 0.9, seed });
      return Array.from({ length: 30 }, () => sampler.sample(logits, []));
    };
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
  });

  it('penalises what was just generated, once, and leaves the logits alone', () => {
    const sampler = new Sampler({ ...base, temperature: 0, repetitionPenalty: 1.5 });
    const logits = Float32Array.of(3, 2.5, -1);
    expect(sampler.sample(logits, [])).toBe(0);
    expect(sampler.sample(logits, [0])).toBe(1);
    expect(sampler.sample(logits, [0, 0, 0, 1, 1])).toBe(0);
    expect([...logits]).toEqual([3, 2.5, -1]);
    const negative = Float32Array.of(-1, -1.2);
    expect(sampler.sample(negative, [0])).toBe(1);
    expect(sampler.sample(logits, [0, ...Array<number>(penaltyWindow).fill(2)])).toBe(0);
  });
});

describe('repeatedTail', () => {
  const block = (length: number) => Array.from({ length }, (_, index) => 100 + index);
  const times = (list: readonly number[], count: number) => Array.from({ length: count }, () => list).flat();

  it.each<[string, readonly number[], number]>([
    ['one token 60 times', times([7], 60), 59],
    ['one token 59 times', times([7], 59), 0],
    ['a line of 12 tokens 6 times', [1, 2, 3, ...times(block(12), 6)], 60],
    ['a line of 12 tokens 5 times', times(block(12), 5), 0],
    ['a block of 40 tokens 6 times', times(block(40), 6), 200],
    ['a block of 41 tokens 6 times', times(block(41), 6), 0],
    ['blocks that differ in one token', Array.from({ length: 10 }, (_, row) => [...block(11), row]).flat(), 0],
    ['a loop that has ended', [...times([7], 80), 8], 0],
    ['nothing', [], 0],
  ])('recognises %s', (_, list, drop) => {
    expect(repeatedTail(list)).toBe(drop);
  });
});
