import type { LayerForm } from '../../graphs/layerForm';
import type { TransformerShape } from '../../graphs/layerParts';
import type { TensorStore } from '../../safetensors/tensorStore';
import { checkedShape } from '../shapes';
import { headSize, layerForm, normEpsilon, type DecoderConfig } from './families';
import { rotaryOf } from './rope';

/** All that the graph of a decoder depends on, whatever its family. */
export interface DecoderPlan {
  readonly family: DecoderConfig['model_type'];
  readonly shape: TransformerShape;
  readonly form: LayerForm;
  /** Positions that its rotary embedding holds for. */
  readonly positions: number;
  /** True when the head is the embedding table. */
  readonly tiedHead: boolean;
}

/** Errors: `bundle-corrupt`, `bundle-unsupported`. */
export function planDecoder(config: DecoderConfig, tensors: TensorStore): DecoderPlan {
  const size = headSize(config);
  const { rotary, positions } = rotaryOf(config, size);
  const shape = checkedShape('decoder', {
    layers: config.num_hidden_layers,
    width: config.hidden_size,
    heads: config.num_attention_heads,
    kvHeads: config.num_key_value_heads ?? config.num_attention_heads,
    headSize: size,
    inner: config.intermediate_size,
    vocabulary: config.vocab_size,
    epsilon: normEpsilon(config),
    rotary,
  });
  return { family: config.model_type, shape, form: layerForm(config), positions, tiedHead: config.tie_word_embeddings ?? !tensors.has('lm_head.weight') };
}
