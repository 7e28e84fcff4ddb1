import { expect, test } from 'vitest';
import { Confidence } from '../../../../src/engine/generate/confidence';

test('is the geometric mean of the probabilities of the likeliest tokens', () => {
  const confidence = new Confidence();
  expect(confidence.mean).toBe(1);
  confidence.add(Float32Array.of(0, 0));
  expect(confidence.mean).toBeCloseTo(0.5);
  confidence.add(Float32Array.of(100, 0, -Infinity));
  expect(confidence.mean).toBeCloseTo(Math.SQRT1_2);
});
