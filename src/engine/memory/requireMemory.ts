import { ShorthandError } from '../../common/errors';
import { totalBytes, type MemoryEstimate } from './estimate';

/**
 * Refuses a model that does not fit: a system that runs out of memory ends programs, and not always the one that asked for it.
 * `availableBytes` is what the system would give without taking it from others. Errors: `model-too-large`, with the numbers.
 */
export function requireMemory(bundleId: string, estimate: MemoryEstimate, availableBytes: number): void {
  const needed = totalBytes(estimate);
  if (needed > availableBytes) {
    const parts = `${megabytes(estimate.weights)} for weights, ${megabytes(estimate.cache)} for the context, ${megabytes(estimate.workspace)} beside them`;
    const advice = 'Close other programs, take fewer positions, or choose a smaller model or one with fewer bits per weight.';
    throw new ShorthandError('model-too-large', `${bundleId} needs ${megabytes(needed)} of memory (${parts}), and ${megabytes(availableBytes)} are free. ${advice}`);
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
