import { ShorthandError } from '../../common/errors';
import type { TransformerShape } from '../graphs/layerParts';
import type { DecoderConfig, EncoderConfig } from './configs';

/** transformers' default, for configurations that leave it out. */
const qwen3Theta = 10_000;

export function decoderShape(config: DecoderConfig): TransformerShape {
  return checked('decoder', {
    layers: config.num_hidden_layers,
    width: config.hidden_size,
    heads: config.num_attention_heads,
    kvHeads: config.num_key_value_heads,
    // `Qwen3Config` has a default of its own, whatever the width.
    headSize: config.head_dim ?? 128,
    inner: config.intermediate_size,
    vocabulary: config.vocab_size,
    epsilon: config.rms_norm_eps,
    theta: config.rope_parameters?.rope_theta ?? config.rope_theta ?? qwen3Theta,
  });
}

export function encoderShape(config: EncoderConfig): TransformerShape {
  return checked('encoder', {
    layers: config.num_hidden_layers,
    width: config.hidden_size,
    heads: config.num_attention_heads,
    kvHeads: config.num_key_value_heads,
    headSize: config.head_dim,
    inner: config.intermediate_size,
    vocabulary: config.vocab_size,
    epsilon: config.rms_norm_eps,
    theta: config.rope_theta,
  });
}

/** The rotary operators work on 8 floats at a time, so a head is a multiple of 8 wide. */
function checked(part: string, shape: TransformerShape): TransformerShape {
  if (shape.heads % shape.kvHeads !== 0) {
    throw new ShorthandError('bundle-corrupt', `The ${part} has ${shape.heads} heads, which ${shape.kvHeads} key heads can't share evenly.`);
  }
  if (shape.headSize % 8 !== 0) {
    throw new ShorthandError('bundle-unsupported', `The ${part}'s heads are ${shape.headSize} wide; a multiple of 8 is needed.`);
  }
  return shape;
}
