import { assertNever } from '../../common/assertNever';
import type { Value } from '../onnx/graph';
import type { WeightWriter } from './weightWriter';

/** How a family stretches rotary position embedding over more positions than it was first trained for. Names as in `rope_scaling`. */
export type RotaryScaling =
  | { readonly kind: 'none' }
  /** Every frequency is divided by `factor`. */
  | { readonly kind: 'linear'; readonly factor: number }
  /** Llama 3.1: low frequencies are divided, high ones kept, those between interpolated. */
  | { readonly kind: 'llama3'; readonly factor: number; readonly lowFrequency: number; readonly highFrequency: number; readonly originalPositions: number }
  /** YaRN, arXiv 2309.00071. `attention` scales the tables. */
  | { readonly kind: 'yarn'; readonly factor: number; readonly fast: number; readonly slow: number; readonly originalPositions: number; readonly attention: number }
  /** LongRoPE, arXiv 2402.13753: one divisor per frequency. */
  | { readonly kind: 'longrope'; readonly divisors: readonly number[]; readonly attention: number };

/** Rotary position embedding of the first `size` values of every head. */
export interface Rotary {
  readonly theta: number;
  readonly size: number;
  readonly scaling: RotaryScaling;
  /** A value turns with the one half a head away (Hugging Face's layouts), or with its neighbour (Meta's and Mistral's). */
  readonly layout: 'halves' | 'pairs';
}

/** Names of the position tables in the graph, each [positions, size / 2]. */
export interface RotaryTables {
  readonly cos: Value;
  readonly sin: Value;
}

/** Adds the tables of rotary position embedding for positions 0 .. `positions` - 1. */
export async function addRotaryTables(writer: WeightWriter, positions: number, rotary: Rotary): Promise<RotaryTables> {
  const angles = rotaryAngles(positions, inverseFrequencies(rotary));
  const dims = [positions, rotary.size / 2];
  const factor = attentionFactor(rotary.scaling);
  return {
    cos: await writer.computed('rotary.cos', dims, angles.map(angle => factor * Math.cos(angle))),
    sin: await writer.computed('rotary.sin', dims, angles.map(angle => factor * Math.sin(angle))),
  };
}

/** In float32 step by step, as transformers computes it: at position 4096 a float64 angle would differ by 2e-4. */
function rotaryAngles(positions: number, frequencies: Float32Array): Float32Array {
  const half = frequencies.length;
  const angles = new Float32Array(positions * half);
  for (const [i, frequency] of frequencies.entries()) {
    for (let position = 0; position < positions; position++) {
      angles[position * half + i] = position * frequency;
    }
  }
  return angles;
}

/** theta^(-2i / size), scaled. Source: transformers, modeling_rope_utils.py. */
function inverseFrequencies({ theta, size, scaling }: Rotary): Float32Array {
  const periods = Float32Array.from({ length: size / 2 }, (_, i) => theta ** Math.fround((2 * i) / size));
  const plain = periods.map(period => 1 / period);
  switch (scaling.kind) {
    case 'none':
      return plain;
    case 'linear':
      return plain.map(frequency => frequency / scaling.factor);
    case 'llama3':
      return plain.map(frequency => llama3Frequency(frequency, scaling));
    case 'yarn': {
      const keep = yarnKeep(theta, size, scaling);
      return plain.map((frequency, i) => Math.fround(1 / Math.fround(scaling.factor * (periods[i] ?? 1))) * (1 - keep(i)) + frequency * keep(i));
    }
    case 'longrope':
      return periods.map((period, i) => 1 / Math.fround((scaling.divisors[i] ?? 1) * period));
    default:
      return assertNever(scaling);
  }
}

function llama3Frequency(frequency: number, { factor, lowFrequency, highFrequency, originalPositions }: RotaryScaling & { readonly kind: 'llama3' }): number {
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength < originalPositions / highFrequency) {
    return frequency;
  }
  if (wavelength > originalPositions / lowFrequency) {
    return frequency / factor;
  }
  const smooth = (originalPositions / wavelength - lowFrequency) / (highFrequency - lowFrequency);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

/** How much of the plain frequency is kept, from 1 for those that turn fast to 0 for those that turn slowly. */
function yarnKeep(theta: number, size: number, { fast, slow, originalPositions }: RotaryScaling & { readonly kind: 'yarn' }): (index: number) => number {
  const dimensionOf = (rotations: number): number => (size * Math.log(originalPositions / (rotations * 2 * Math.PI))) / (2 * Math.log(theta));
  const low = Math.max(0, Math.floor(dimensionOf(fast)));
  const high = Math.min(size - 1, Math.ceil(dimensionOf(slow)));
  const span = low === high ? 0.001 : high - low;
  return index => 1 - Math.min(1, Math.max(0, (index - low) / span));
}

function attentionFactor(scaling: RotaryScaling): number {
  return 'attention' in scaling ? scaling.attention : 1;
}
