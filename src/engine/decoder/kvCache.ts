import type { DecoderSpec } from '../../common/bundle';
import { float32Zeros, type NamedTensors } from '../runtime/tensor';

/**
 * Keys and values of every layer, [1, kvHeads, capacity, headSize] float32, allocated once. The same buffers are the graph's past and
 * present: a run appends its rows in place.
 */
export interface KvCache {
  readonly capacity: number;
  readonly past: NamedTensors;
  readonly present: NamedTensors;
}

export function allocateKvCache({ layers, kvHeads, headSize }: DecoderSpec, capacity: number): KvCache {
  const tensors = Array.from({ length: layers }, (_, layer) =>
    (['key', 'value'] as const).map(part => [`${layer}.${part}`, float32Zeros([1, kvHeads, capacity, headSize])] as const),
  ).flat();
  const named = (prefix: string): NamedTensors => Object.fromEntries(tensors.map(([name, tensor]) => [`${prefix}.${name}`, tensor]));
  return { capacity, past: named('past_key_values'), present: named('present') };
}
