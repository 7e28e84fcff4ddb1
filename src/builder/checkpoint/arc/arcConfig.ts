import * as v from 'valibot';
import { ratioSchema, type Ratio } from '../../../common/bundle';
import { ShorthandError } from '../../../common/errors';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));

/**
 * The parts of ARC-Encoder's configurations that decide what it computes. Source: kyutai-labs/ARC-Encoder embed_llm/models/args.py; other
 * values of `pool_type`, `where` and `bridge_type` exist there, but no published checkpoint has them.
 */
export const embedderSchema = v.object({
  n_truncated_layers: v.pipe(v.number(), v.integer(), v.minValue(0)),
  pooling_module: v.object({ pool_type: v.literal('mean_pooled_queries'), where: v.literal('before') }),
  memory_tokens: v.optional(v.literal(0)),
  /** Of the layers that pool, counted from the last. -8: groups of 8 tokens. */
  compress_rates: v.strictTuple([v.pipe(v.number(), v.integer(), v.maxValue(-2))]),
  causal_embedder: v.literal(false),
  rec_tok: v.literal(true),
  cont_tok: v.literal(true),
});

export const bridgeSchema = v.object({
  bridge_type: v.picklist(['mlp', 'rms', 'linear', 'multi_module']),
  in_dim: count,
  out_dim: count,
  hidden_dim: v.nullish(count),
});

/** `model_args` of `configs/released_pt_configs/*.yaml`; a training run keeps it in the base model's `params.json`. */
export const modelSchema = v.object({
  dim: count,
  /** Of the base model, before layers are truncated. */
  n_layers: count,
  head_dim: count,
  hidden_dim: count,
  n_heads: count,
  n_kv_heads: count,
  norm_eps: positive,
  vocab_size: count,
  rope_theta: positive,
});

export interface ArcConfig {
  readonly embedder: v.InferOutput<typeof embedderSchema>;
  readonly bridge: v.InferOutput<typeof bridgeSchema>;
  readonly model: v.InferOutput<typeof modelSchema>;
}

/** The configuration of a release: `configs/released_pt_configs/{name}.yaml`. */
export const releaseSchema = v.pipe(
  v.object({ embedder_args: embedderSchema, bridge_args: bridgeSchema, model_args: modelSchema }),
  v.transform(({ embedder_args, bridge_args, model_args }): ArcConfig => ({ embedder: embedder_args, bridge: bridge_args, model: model_args })),
);

/** `params.json` of a training checkpoint, which says nothing of the base model. */
export const trainingSchema = v.object({ embedder_params: embedderSchema, bridge_module: bridgeSchema });

/** The ratio that an encoder was trained for. Errors: `bundle-unsupported` when it is none of Shorthand's. */
export function trainedRatio({ compress_rates: [rate] }: ArcConfig['embedder']): Ratio {
  const ratio = v.safeParse(ratioSchema, -rate);
  if (!ratio.success) {
    throw new ShorthandError('bundle-unsupported', `The encoder pools ${-rate} tokens into a slot; choose one of the ratios that Shorthand offers.`);
  }
  return ratio.output;
}
