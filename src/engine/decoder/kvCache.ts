import type { DecoderSpec } from '../../common/bundle';
import type { OnnxSession } from '../runtime/onnxRuntime';
import type { NamedTensors } from '../runtime/tensor';

/**
 * Keys and values of every layer, [1, kvHeads, capacity, headSize] float32, allocated once where the decoder runs. The same buffers are the
 * graph's past and present: a run appends its rows in place.
 */
export interface KvCache {
  readonly capacity: number;
  readonly past: NamedTensors;
  readonly present: NamedTensors;
}

/** Errors: `out-of-memory`. */
export function allocateKvCache(session: OnnxSession, { layers, kvHeads, headSize }: Pick<DecoderSpec, 'layers' | 'kvHeads' | 'headSize'>, capacity: number): KvCache {
  const tensors = Array.from({ length: layers }, (_, layer) =>
    (['key', 'value'] as const).map(part => {
      const name = `${layer}.${part}`;
      return [name, session.allocate(`past_key_values.${name}`, [1, kvHeads, capacity, headSize])] as const;
    }),
  ).flat();
  const named = (prefix: string): NamedTensors => Object.fromEntries(tensors.map(([name, tensor]) => [`${prefix}.${name}`, tensor]));
  return { capacity, past: named('past_key_values'), present: named('present') };
}
