import { basename } from 'node:path';
import { ShorthandError } from '../../../common/errors';
import type { TensorStore } from '../../safetensors/tensorStore';
import type { ArcConfig } from './arcConfig';

/** Every published encoder is Llama 3.2 3B without its last two layers. Source: kyutai-labs/ARC-Encoder configs/released_pt_configs. */
const model: ArcConfig['model'] = {
  dim: 3072,
  n_layers: 28,
  head_dim: 128,
  hidden_dim: 8192,
  n_heads: 24,
  n_kv_heads: 8,
  norm_eps: 1e-5,
  vocab_size: 128_256,
  rope_theta: 500_000,
};

/**
 * The configuration of a release that comes as weights alone, as on the hub. What its shapes tell is taken from them; the pooling factor from
 * the name, `ARC8_Encoder_Llama`. Errors: `bundle-missing` for weights that are none of the published ones, whose YAML file is needed.
 */
export function publishedConfig(store: Pick<TensorStore, 'folder' | 'shapes'>): ArcConfig {
  const shapes = store.shapes();
  const several = shapes.has('bridge_module.0.layer1.weight');
  const [hidden, inWidth] = shapes.get(`bridge_module.${several ? '0.' : ''}layer1.weight`) ?? [];
  const [outWidth] = shapes.get(`bridge_module.${several ? '0.' : ''}layer2.weight`) ?? [];
  const [vocabulary, width] = shapes.get('embedder.tok_embeddings.weight') ?? [];
  const layers = [...shapes.keys()].filter(tensor => tensor.endsWith('.attention.wq.weight')).length;
  if (width !== model.dim || vocabulary !== model.vocab_size || inWidth !== model.dim || hidden === undefined || outWidth === undefined) {
    throw new ShorthandError('bundle-missing', `${store.folder}: the release's YAML file is needed, for these are not the weights of a known one.`);
  }
  const ratio = Number(/ARC(\d+)/i.exec(basename(store.folder))?.[1] ?? 8);
  return {
    embedder: {
      n_truncated_layers: model.n_layers - layers,
      pooling_module: { pool_type: 'mean_pooled_queries', where: 'before' },
      compress_rates: [-ratio],
      causal_embedder: false,
      rec_tok: true,
      cont_tok: true,
    },
    bridge: { bridge_type: several ? 'multi_module' : 'mlp', in_dim: inWidth, out_dim: outWidth, hidden_dim: hidden },
    model,
  };
}
