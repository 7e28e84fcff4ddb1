import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import type { Ratio } from '../../../common/bundle';
import { errorMessage, ShorthandError } from '../../../common/errors';
import { plainForm } from '../../graphs/layerForm';
import { RenamedTensors } from '../../safetensors/tensorSource';
import { TensorStore } from '../../safetensors/tensorStore';
import type { OpenCompressor } from '../openCompressor';
import { readConfig } from '../parts';
import { checkedShape } from '../shapes';
import { modelSchema, releaseSchema, trainedRatio, trainingSchema, type ArcConfig } from './arcConfig';
import { bridgeTensor, encoderTensor } from './arcNames';
import { publishedConfig } from './publishedConfig';

export interface ArcOptions {
  /** Id that the decoder gets in the bundle. */
  readonly decoder: string;
  /** Which of a checkpoint's decoders is meant: the release `multi` has 0 for Llama-3.1-8B and 1 for Mistral-7B. */
  readonly decoderIndex: number;
  /** Ratios in place of the one that it was trained for: pooling has no weights, so any can be tried. */
  readonly ratios?: readonly Ratio[] | undefined;
  /** Tokens of a window: it was pretrained on 256. */
  readonly window: number;
}

/**
 * Opens an ARC-Encoder as published: a folder with `model.safetensors` and, where it is not one of the releases on the hub, the YAML file; or
 * a training checkpoint (`params.json`, `embedder/`, `bridge_module/`) with the base model's `params.json` beside it as `base-params.json`.
 * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`.
 */
export async function openArc(folder: string, options: ArcOptions): Promise<OpenCompressor> {
  const names = await listFolder(folder);
  return names.includes('params.json') ? openTrained(folder, options) : openRelease(folder, names.find(name => /\.ya?ml$/.test(name)), options);
}

async function openRelease(folder: string, yaml: string | undefined, options: ArcOptions): Promise<OpenCompressor> {
  const config = yaml === undefined ? undefined : await readYaml(join(folder, yaml));
  const store = await TensorStore.open(folder);
  try {
    return parts(config ?? publishedConfig(store), options, { embedder: store, bridge: store, embedderPrefix: 'embedder.', bridgePrefix: 'bridge_module.' });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openTrained(folder: string, options: ArcOptions): Promise<OpenCompressor> {
  const { embedder_params: embedder, bridge_module: bridge } = await readConfig(join(folder, 'params.json'), trainingSchema);
  const model = await readConfig(join(folder, 'base-params.json'), modelSchema);
  const embedderStore = await TensorStore.open(join(folder, 'embedder'), 'consolidated.safetensors');
  try {
    const bridgeStore = await TensorStore.open(join(folder, 'bridge_module'), 'consolidated.safetensors');
    return parts({ embedder, bridge, model }, options, { embedder: embedderStore, bridge: bridgeStore, embedderPrefix: '', bridgePrefix: '' });
  } catch (error) {
    await embedderStore.close();
    throw error;
  }
}

interface ArcTensors {
  readonly embedder: TensorStore;
  readonly bridge: TensorStore;
  readonly embedderPrefix: string;
  readonly bridgePrefix: string;
}

function parts({ embedder, bridge, model }: ArcConfig, options: ArcOptions, tensors: ArcTensors): OpenCompressor {
  const { decoder, decoderIndex, window } = options;
  const shape = checkedShape('encoder', {
    layers: model.n_layers - embedder.n_truncated_layers,
    width: model.dim,
    heads: model.n_heads,
    kvHeads: model.n_kv_heads,
    headSize: model.head_dim,
    inner: model.hidden_dim,
    vocabulary: model.vocab_size,
    epsilon: model.norm_eps,
    // Plain, whatever the base model's own scaling: `precompute_freqs_cis` of embed_llm/models/utils/rope.py knows none.
    rotary: { theta: model.rope_theta, size: model.head_dim, scaling: { kind: 'none' }, layout: 'pairs' },
  });
  const several = bridge.bridge_type === 'multi_module';
  requireBridge(tensors, several, decoderIndex);
  const encoderNames = (name: string) => encoderTensor(name, tensors.embedderPrefix, decoderIndex, known => tensors.embedder.has(known));
  const bridgeNames = (name: string) => bridgeTensor(name, tensors.bridgePrefix, decoderIndex, several);
  return {
    frame: { kind: 'arc', recall: 'slots-first' },
    encoder: {
      config: { kind: 'arc', shape, form: plainForm, window, ratios: options.ratios ?? [trainedRatio(embedder)] },
      tensors: new RenamedTensors(tensors.embedder, encoderNames),
    },
    projector: {
      config: {
        kind: 'bridge',
        decoder,
        inWidth: bridge.in_dim,
        outWidth: bridge.out_dim,
        inner: bridge.bridge_type === 'linear' ? undefined : (bridge.hidden_dim ?? bridge.out_dim),
        normed: bridge.bridge_type === 'rms',
      },
      tensors: new RenamedTensors(tensors.bridge, bridgeNames),
    },
    close: async () => {
      await Promise.all([...new Set([tensors.embedder, tensors.bridge])].map(store => store.close()));
    },
  };
}

/** Errors: `bundle-unsupported` for a decoder that this compressor has no bridge for. */
function requireBridge({ bridge, bridgePrefix }: ArcTensors, several: boolean, index: number): void {
  const count = several ? new Set([...bridge.shapes().keys()].flatMap(name => new RegExp(`^${bridgePrefix}(\\d+)\\.`).exec(name)?.[1] ?? [])).size : 1;
  if (index >= count) {
    throw new ShorthandError('bundle-unsupported', `The compressor has ${count} bridge${count === 1 ? '' : 's'}, numbered from 0; there is no bridge ${index}.`);
  }
}

async function readYaml(file: string): Promise<ArcConfig> {
  let text: unknown;
  try {
    text = parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new ShorthandError('bundle-corrupt', `${file} is not YAML: ${errorMessage(error)}`, { cause: error });
  }
  const parsed = v.safeParse(releaseSchema, text);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new ShorthandError('bundle-unsupported', `${file}, "${v.getDotPath(issue) ?? ''}": ${issue.message}.`);
  }
  return parsed.output;
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw new ShorthandError('bundle-missing', `${folder} can't be read.`, { cause: error });
  }
}
