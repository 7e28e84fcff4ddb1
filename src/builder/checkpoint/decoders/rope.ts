import * as v from 'valibot';
import { ShorthandError } from '../../../common/errors';
import type { Rotary, RotaryScaling } from '../../weights/rotary';

const positive = v.pipe(v.number(), v.gtValue(0));

/** `rope_scaling`, and what newer releases of transformers keep in `rope_parameters`. Older files name the type `type`. */
const scalingSchema = v.object({
  rope_type: v.optional(v.string()),
  type: v.optional(v.string()),
  rope_theta: v.optional(positive),
  partial_rotary_factor: v.optional(positive),
  factor: v.nullish(positive),
  low_freq_factor: v.optional(positive),
  high_freq_factor: v.optional(positive),
  original_max_position_embeddings: v.optional(positive),
  beta_fast: v.nullish(positive),
  beta_slow: v.nullish(positive),
  attention_factor: v.nullish(positive),
  short_factor: v.optional(v.array(positive)),
  long_factor: v.optional(v.array(positive)),
});

/** The fields of a `config.json` that concern rotary position embedding. */
export const ropeFields = {
  max_position_embeddings: v.pipe(v.number(), v.integer(), v.minValue(1)),
  original_max_position_embeddings: v.optional(positive),
  partial_rotary_factor: v.optional(positive),
  rope_theta: v.optional(positive),
  rope_parameters: v.nullish(scalingSchema),
  rope_scaling: v.nullish(scalingSchema),
};

type RopeConfig = v.InferOutput<v.ObjectSchema<typeof ropeFields, undefined>>;

/**
 * The most positions that a bundle's tables cover. Llama 3.1 has 131072: 64 MiB of tables, for prompts whose keys and values alone would take
 * 17 GB in float16. The tables of fewer positions hold the same angles.
 */
const mostPositions = 32_768;

/** transformers' default, for configurations that leave it out. */
const defaultTheta = 10_000;

/** Rotary embedding of heads of `headSize`, and the positions that it holds for. Errors: `bundle-unsupported`, `bundle-corrupt`. */
export function rotaryOf(config: RopeConfig, headSize: number): { readonly rotary: Rotary; readonly positions: number } {
  const scaling = config.rope_parameters ?? config.rope_scaling ?? {};
  const share = scaling.partial_rotary_factor ?? config.partial_rotary_factor ?? 1;
  const theta = scaling.rope_theta ?? config.rope_theta ?? defaultTheta;
  const size = Math.floor(headSize * share);
  const original = scaling.original_max_position_embeddings ?? config.original_max_position_embeddings ?? config.max_position_embeddings;
  const form = scalingOf(scaling, original, config.max_position_embeddings);
  if (form.kind === 'longrope' && form.divisors.length !== size / 2) {
    throw new ShorthandError('bundle-corrupt', `"short_factor" has ${form.divisors.length} values; ${size / 2} are expected.`);
  }
  // LongRoPE has other frequencies for longer prompts, and a cache can't change them when it grows: the shorter range is what holds.
  const positions = form.kind === 'longrope' ? original : config.max_position_embeddings;
  return { rotary: { theta, size, scaling: form, layout: 'halves' }, positions: Math.min(positions, mostPositions) };
}

function scalingOf(config: v.InferOutput<typeof scalingSchema>, original: number, positions: number): RotaryScaling {
  const kind = config.rope_type ?? config.type ?? 'default';
  switch (kind) {
    case 'default':
      return { kind: 'none' };
    case 'linear':
      return { kind, factor: required(config.factor, 'factor') };
    case 'llama3':
      return {
        kind,
        factor: required(config.factor, 'factor'),
        lowFrequency: required(config.low_freq_factor, 'low_freq_factor'),
        highFrequency: required(config.high_freq_factor, 'high_freq_factor'),
        originalPositions: original,
      };
    case 'yarn': {
      const factor = config.factor ?? positions / original;
      const attention = config.attention_factor ?? (factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1);
      return { kind, factor, fast: config.beta_fast ?? 32, slow: config.beta_slow ?? 1, originalPositions: original, attention };
    }
    case 'longrope':
    case 'su': {
      const factor = config.factor ?? positions / original;
      const attention = config.attention_factor ?? (factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original)));
      return { kind: 'longrope', divisors: required(config.short_factor, 'short_factor'), attention };
    }
    default:
      throw new ShorthandError('bundle-unsupported', `The rotary embedding of type "${kind}" can't be computed.`);
  }
}

function required<T>(value: T | null | undefined, name: string): T {
  if (value === null || value === undefined) {
    throw new ShorthandError('bundle-corrupt', `The rotary embedding lacks "${name}".`);
  }
  return value;
}
