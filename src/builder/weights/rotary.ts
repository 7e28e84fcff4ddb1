import type { Value } from '../onnx/graph';
import type { WeightWriter } from './weightWriter';

/** Names of the position tables in the graph, each [positions, headSize / 2]. */
export interface RotaryTables {
  readonly cos: Value;
  readonly sin: Value;
}

/** Adds the tables of rotary position embedding for positions 0 .. `positions` - 1. */
export async function addRotaryTables(writer: WeightWriter, positions: number, headSize: number, theta: number): Promise<RotaryTables> {
  const angles = rotaryAngles(positions, headSize, theta);
  const dims = [positions, headSize / 2];
  return {
    cos: await writer.computed('rotary.cos', dims, angles.map(Math.cos)),
    sin: await writer.computed('rotary.sin', dims, angles.map(Math.sin)),
  };
}

/**
 * position / theta^(2i / headSize), in float32 step by step as transformers' `Qwen3RotaryEmbedding` computes it: at position 4096 a float64
 * angle would differ by 2e-4.
 */
function rotaryAngles(positions: number, headSize: number, theta: number): Float32Array {
  const half = headSize / 2;
  const angles = new Float32Array(positions * half);
  for (let i = 0; i < half; i++) {
    const inverse = Math.fround(1 / Math.fround(theta ** Math.fround((2 * i) / headSize)));
    for (let position = 0; position < positions; position++) {
      angles[position * half + i] = position * inverse;
    }
  }
  return angles;
}
