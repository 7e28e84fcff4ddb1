import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ShorthandError } from '../../common/errors';
import type { DecoderPlan } from '../checkpoint/decoders/decoderPlan';
import type { EncoderPlan, ProjectorPlan } from '../checkpoint/encoders/encoderPlan';
import type { Part } from '../checkpoint/parts';
import { addArcEncoder } from '../graphs/arcEncoder';
import { addDecoder } from '../graphs/decoder';
import { addPccEncoder } from '../graphs/pccEncoder';
import { addProjector } from '../graphs/projector';
import { ExternalData } from '../onnx/externalData';
import { Graph } from '../onnx/graph';
import type { TensorSource } from '../safetensors/tensorSource';
import { decoderSchemes, encoderScheme, type BuildQuantisation } from '../weights/schemes';
import { WeightWriter, type WriterHooks } from '../weights/weightWriter';
import { bundleFiles } from './manifest';

/** Writes the encoder's graph and its weights into `folder`. */
export async function writeEncoder(folder: string, part: Part<EncoderPlan>, quantisation: BuildQuantisation['encoder'], hooks: WriterHooks): Promise<void> {
  const { config, tensors } = part;
  const { shape, form } = config;
  const tokens = { tensor: 'embed_tokens.weight', rows: shape.vocabulary };
  const scheme = encoderScheme(quantisation);
  await writeGraph(join(folder, bundleFiles.encoder), 'encoder', tensors, hooks, writer => {
    if (config.kind === 'arc') {
      return addArcEncoder(writer, { shape, form, scheme, positions: config.window, embeddings: { parts: [tokens], columns: shape.width } });
    }
    const memory = { tensor: config.memoryTable, rows: config.maxMemoryTokens };
    const parts = config.memoryTable === 'embed_tokens.weight' ? [{ ...tokens, rows: tokens.rows + memory.rows }] : [tokens, memory];
    const embeddings = { parts, columns: shape.width };
    return addPccEncoder(writer, { shape, form, scheme, positions: config.window + config.maxMemoryTokens, embeddings });
  });
  if (config.kind === 'pcc') {
    requireNothingLeft(tensors, 'PCC encoder');
  }
}

/** Writes the projector's graph and its weights into `folder`. */
export function writeProjector(folder: string, { config, tensors }: Part<ProjectorPlan>, hooks: WriterHooks): Promise<void> {
  return writeGraph(join(folder, bundleFiles.projector), 'projector', tensors, hooks, writer => addProjector(writer, config));
}

/** Writes the decoder's graph and its weights into `folder`. */
export async function writeDecoder(folder: string, { config, tensors }: Part<DecoderPlan>, quantisation: BuildQuantisation['decoder'], hooks: WriterHooks): Promise<void> {
  const options = { ...config, schemes: decoderSchemes(quantisation) };
  await writeGraph(join(folder, bundleFiles.decoder), 'decoder', tensors, hooks, writer => addDecoder(writer, options));
  requireNothingLeft(tensors, 'decoder');
}

/**
 * The embedding table and the special vectors are read elsewhere, an encoder's head by nobody. Older checkpoints carry constants: rotary
 * frequencies, causal masks.
 */
const readElsewhere = /^model\.embed_tokens\.weight$|lm_head\.weight$|^(rec|cont)_tok\.weight$|\.rotary_emb\.inv_freq$|\.attn\.(masked_)?bias$/;

/** A weight that a graph does not use would change what it computes: such a checkpoint is of another kind than its configuration says. */
function requireNothingLeft(tensors: TensorSource, kind: string): void {
  const left = tensors.unread().filter(name => !readElsewhere.test(name));
  if (left.length > 0) {
    throw new ShorthandError('bundle-unsupported', `${tensors.folder}: the tensor "${left[0] ?? ''}" (and ${left.length - 1} more) is no part of this kind of ${kind}.`);
  }
}

async function writeGraph(file: string, name: string, store: TensorSource, hooks: WriterHooks, add: (writer: WeightWriter) => Promise<void>): Promise<void> {
  const graph = new Graph(name);
  const data = await ExternalData.create(`${file}.data`);
  try {
    await add(new WeightWriter(graph, store, data, hooks));
  } finally {
    await data.close();
  }
  await writeFile(file, graph.encode(), { flag: 'wx' });
}
