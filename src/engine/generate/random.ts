/**
 * A repeatable source of numbers in [0, 1): sfc32 of Chris Doty-Humphrey's PractRand. `seed` is an integer of up to 53 bits; equal seeds
 * give equal sequences on every platform.
 */
export function randomSource(seed: number): () => number {
  const state = Uint32Array.of(seed % 2 ** 32, Math.floor(seed / 2 ** 32), 0x9e3779b9, 1);
  const next = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const sum = (a + b + d) >>> 0;
    state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + sum, d + 1]);
    return sum / 2 ** 32;
  };
  // The first numbers still show the seed.
  for (let round = 0; round < 12; round++) {
    next();
  }
  return next;
}
