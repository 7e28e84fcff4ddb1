import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ShorthandError } from '../../common/errors';
import type { DecoderPlan } from '../checkpoint/decoders/decoderPlan';
import type { EncoderPlan, ProjectorPlan } from '../checkpoint/encoders/encoderPlan';
import type { Part } from '../checkpoint/parts';
import type { SlotCodePlan } from '../checkpoint/slotCode';
import { addArcEncoder } from '../graphs/arcEncoder';
import { addDecoder } from '../graphs/decoder';
import { addPccEncoder } from '../graphs/pccEncoder';
import { addProjector } from '../graphs/projector';
import { addSlotDecode, addSlotEncode } from '../graphs/slotCode';
import { ExternalData, MeasuredData, type Resumption } from '../onnx/externalData';
import { Graph } from '../onnx/graph';
import type { TensorSource } from '../safetensors/tensorSource';
import { decoderSchemes, encoderScheme, type BuildQuantisation } from '../weights/schemes';
import { WeightWriter, type WriterHooks } from '../weights/weightWriter';
import { bundleFiles } from './manifest';

/** A graph with its weights: the files `file` and `file`.data. */
export interface GraphBuild {
  readonly file: string;
  readonly tensors: TensorSource;
  /** Adds every node and weight, and checks that none of the checkpoint's was left. */
  readonly add: (writer: WeightWriter) => Promise<void>;
}

export function encoderGraph({ config, tensors }: Part<EncoderPlan>, quantisation: BuildQuantisation['encoder']): GraphBuild {
  const { shape, form } = config;
  const tokens = { tensor: 'embed_tokens.weight', rows: shape.vocabulary };
  const scheme = encoderScheme(quantisation);
  const add = async (writer: WeightWriter): Promise<void> => {
    if (config.kind === 'arc') {
      return addArcEncoder(writer, { shape, form, scheme, positions: config.window, embeddings: { parts: [tokens], columns: shape.width } });
    }
    const memory = { tensor: config.memoryTable, rows: config.maxMemoryTokens };
    const parts = config.memoryTable === 'embed_tokens.weight' ? [{ ...tokens, rows: tokens.rows + memory.rows }] : [tokens, memory];
    const embeddings = { parts, columns: shape.width };
    await addPccEncoder(writer, { shape, form, scheme, positions: config.window + config.maxMemoryTokens, embeddings });
    requireNothingLeft(tensors, 'PCC encoder');
  };
  return { file: bundleFiles.encoder, tensors, add };
}

export function projectorGraph({ config, tensors }: Part<ProjectorPlan>): GraphBuild {
  return { file: bundleFiles.projector, tensors, add: writer => addProjector(writer, config) };
}

/** There and back. */
export function slotCodeGraphs({ config, tensors }: Part<SlotCodePlan>): readonly GraphBuild[] {
  return [
    { file: bundleFiles.slotEncode, tensors, add: writer => addSlotEncode(writer, config) },
    { file: bundleFiles.slotDecode, tensors, add: writer => addSlotDecode(writer, config) },
  ];
}

export function decoderGraph({ config, tensors }: Part<DecoderPlan>, quantisation: BuildQuantisation['decoder']): GraphBuild {
  const options = { ...config, schemes: decoderSchemes(quantisation) };
  const add = async (writer: WeightWriter): Promise<void> => {
    await addDecoder(writer, options);
    requireNothingLeft(tensors, 'decoder');
  };
  return { file: bundleFiles.decoder, tensors, add };
}

/** Writes a graph and its weights into `folder`, all of it or what an earlier run has left to do. */
export async function writeGraph(folder: string, build: GraphBuild, hooks: WriterHooks, resumption?: Resumption): Promise<void> {
  const file = join(folder, build.file);
  const graph = new Graph(graphName(build));
  const data = await ExternalData.create(`${file}.data`, resumption);
  try {
    await build.add(new WeightWriter(graph, build.tensors, data, hooks));
    await data.finish();
  } finally {
    await data.close();
  }
  await writeFile(file, graph.encode());
}

function graphName({ file }: GraphBuild): string {
  return basename(file, '.onnx');
}

/** The bytes that `writeGraph` will write. Reads vectors only, but finds every tensor that is missing or has another shape. */
export async function measureGraph(build: GraphBuild, signal: AbortSignal | undefined): Promise<{ readonly graph: number; readonly data: number }> {
  const graph = new Graph(graphName(build));
  const data = new MeasuredData(`${build.file}.data`);
  await build.add(new WeightWriter(graph, build.tensors, data, { signal, onBytes: () => undefined }));
  return { graph: graph.encode().length, data: data.bytes };
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
