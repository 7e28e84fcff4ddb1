import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { decoderShape, encoderShape } from '../checkpoint/shapes';
import { addDecoder } from '../graphs/decoder';
import { addArcEncoder, addPccEncoder } from '../graphs/encoder';
import { addProjector } from '../graphs/projector';
import { ExternalData } from '../onnx/externalData';
import { Graph } from '../onnx/graph';
import type { TensorStore } from '../safetensors/tensorStore';
import { WeightWriter, type WriterHooks } from '../weights/weightWriter';
import type { BuildQuantisation } from '../buildBundle';
import { bundleFiles } from './manifest';

/** Writes the encoder's graph and its weights. */
export function writeEncoder(folder: string, { encoder: { config, tensors } }: Checkpoint, quantisation: BuildQuantisation, hooks: WriterHooks): Promise<void> {
  const shape = encoderShape(config);
  const tokens = { tensor: 'embed_tokens.weight', rows: shape.vocabulary };
  const common = { shape, quantisation: quantisation.encoder };
  return writeGraph(join(folder, bundleFiles.encoder), 'encoder', tensors, hooks, writer => {
    if (config.kind === 'arc') {
      return addArcEncoder(writer, { ...common, positions: config.window, embeddings: { parts: [tokens], columns: shape.width } });
    }
    const memory = { tensor: 'mem_embeddings.weight', rows: config.max_memory_tokens };
    const embeddings = { parts: [tokens, memory], columns: shape.width };
    return addPccEncoder(writer, { ...common, positions: config.window + config.max_memory_tokens, embeddings });
  });
}

/** Writes the projector's graph and its weights. */
export function writeProjector(folder: string, { projector: { config, tensors } }: Checkpoint, hooks: WriterHooks): Promise<void> {
  return writeGraph(join(folder, bundleFiles.projector), 'projector', tensors, hooks, writer => addProjector(writer, config));
}

/** Writes the decoder's graph and its weights. */
export function writeDecoder(folder: string, { decoder: { config, tensors } }: Checkpoint, quantisation: BuildQuantisation, hooks: WriterHooks): Promise<void> {
  const options = {
    shape: decoderShape(config),
    positions: config.max_position_embeddings,
    tiedHead: config.tie_word_embeddings,
    quantisation: quantisation.decoder,
  };
  return writeGraph(join(folder, bundleFiles.decoder), 'decoder', tensors, hooks, writer => addDecoder(writer, options));
}

async function writeGraph(file: string, name: string, store: TensorStore, hooks: WriterHooks, add: (writer: WeightWriter) => Promise<void>): Promise<void> {
  const graph = new Graph(name);
  const data = await ExternalData.create(`${file}.data`);
  try {
    await add(new WeightWriter(graph, store, data, hooks));
  } finally {
    await data.close();
  }
  await writeFile(file, graph.encode(), { flag: 'wx' });
}
