/** log(sum(exp(values))) without overflow, in float64: the normaliser of a softmax. */
export function logSumExp(values: Float32Array): number {
  let most = -Infinity;
  for (const value of values) {
    most = Math.max(most, value);
  }
  let sum = 0;
  for (const value of values) {
    sum += Math.exp(value - most);
  }
  return most + Math.log(sum);
}
