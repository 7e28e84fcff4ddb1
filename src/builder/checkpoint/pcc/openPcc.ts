import { join } from 'node:path';
import type { Ratio } from '../../../common/bundle';
import { ShorthandError } from '../../../common/errors';
import { gpt2Form } from '../../graphs/layerForm';
import { RenamedTensors, type TensorSource } from '../../safetensors/tensorSource';
import { TensorStore } from '../../safetensors/tensorStore';
import { openTorchFile } from '../../torch/torchFile';
import { planDecoder } from '../decoders/decoderPlan';
import type { EncoderPlan } from '../encoders/encoderPlan';
import { isThere } from '../isThere';
import type { OpenCompressor } from '../openCompressor';
import { readConfig, type Part } from '../parts';
import { checkedShape } from '../shapes';
import { Gpt2Tensors } from './gpt2Tensors';
import { LoraTensors, type Adapter } from './loraTensors';
import { adapterSchema, pccConfigSchema, type Gpt2Config } from './pccConfig';

/** Memory tokens that PCC adds to every compressor's vocabulary, whatever the ratio. Source: PCC/model/model.py, `Compressor`. */
const memoryTokens = 64;
/** Source: PCC/model/model.py, `LlamaRMSNorm`. */
const converterEpsilon = 1e-6;

export interface PccOptions {
  /** Id that the decoder gets in the bundle. */
  readonly decoder: string;
  /** The ratio that it was trained for: the files don't say. */
  readonly ratio: Ratio;
  /** Tokens of a segment. */
  readonly window: number;
  /** The base model of a LoRA adapter, with the memory tokens in its vocabulary. */
  readonly baseFolder?: string | undefined;
}

/**
 * Opens a PCC compressor as published: `memory_converter.bin` beside either a GPT-2 checkpoint or a LoRA adapter of a base model.
 * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`.
 */
export async function openPcc(folder: string, options: PccOptions): Promise<OpenCompressor> {
  const encoder = await openCompressor(folder, options);
  try {
    const converter = new TensorStore(folder, [await openTorchFile(join(folder, 'memory_converter.bin'))]);
    const inWidth = encoder.config.shape.width;
    const outWidth = converter.shapes().get('dense_out.weight')?.[0] ?? 0;
    return {
      frame: { kind: 'pcc' },
      encoder,
      projector: {
        config: { kind: 'mlp', decoder: options.decoder, inWidth, outWidth, inner: outWidth, epsilon: converterEpsilon, scaled: false },
        tensors: new RenamedTensors(converter, name => (name === 'norm.weight' ? 'RMSNorm.weight' : name)),
      },
      close: async () => {
        await Promise.all([encoder.tensors.close(), converter.close()]);
      },
    };
  } catch (error) {
    await encoder.tensors.close();
    throw error;
  }
}

async function openCompressor(folder: string, options: PccOptions): Promise<Part<EncoderPlan>> {
  const adapterFile = join(folder, 'adapter_config.json');
  const adapted = await isThere(adapterFile);
  if (adapted && options.baseFolder === undefined) {
    throw new ShorthandError('bundle-missing', `${folder} holds a LoRA adapter: the folder of its base model is needed too.`);
  }
  const baseFolder = adapted ? (options.baseFolder ?? folder) : folder;
  const config = await readConfig(join(baseFolder, 'config.json'), pccConfigSchema);
  const base = await TensorStore.open(baseFolder);
  try {
    if (config.model_type === 'gpt2') {
      return { config: pccPlan(gpt2Shape(config), gpt2Form, options, config.n_positions), tensors: new Gpt2Tensors(base) };
    }
    const { shape, form } = planDecoder(config, base);
    const adapter = adapted ? await openAdapter(folder, adapterFile) : undefined;
    const merged: TensorSource = adapter === undefined ? base : new LoraTensors(base, adapter);
    return { config: pccPlan(shape, form, options), tensors: new RenamedTensors(merged, name => `model.${name}`) };
  } catch (error) {
    await base.close();
    throw error;
  }
}

/** Errors: `bundle-unsupported` for a window that the compressor can't take. */
function pccPlan(shape: EncoderPlan['shape'], form: EncoderPlan['form'], { window, ratio }: PccOptions, positions = Infinity): EncoderPlan {
  const longest = Math.min(ratio * memoryTokens, positions - memoryTokens);
  if (window > longest) {
    throw new ShorthandError('bundle-unsupported', `At ${ratio}x this compressor takes windows of at most ${longest} tokens, not ${window}.`);
  }
  const vocabulary = shape.vocabulary - memoryTokens;
  return { kind: 'pcc', shape: { ...shape, vocabulary }, form, window, ratios: [ratio], maxMemoryTokens: memoryTokens, memory: 'first', memoryTable: 'embed_tokens.weight' };
}

function gpt2Shape(config: Gpt2Config): EncoderPlan['shape'] {
  return checkedShape('encoder', {
    layers: config.n_layer,
    width: config.n_embd,
    heads: config.n_head,
    kvHeads: config.n_head,
    headSize: config.n_embd / config.n_head,
    inner: config.n_inner ?? 4 * config.n_embd,
    vocabulary: config.vocab_size,
    epsilon: config.layer_norm_epsilon,
    rotary: undefined,
  });
}

async function openAdapter(folder: string, file: string): Promise<Adapter> {
  const { r, lora_alpha } = await readConfig(file, adapterSchema);
  return { store: await TensorStore.open(folder, 'adapter_model.safetensors'), rank: r, scale: lora_alpha / r };
}
