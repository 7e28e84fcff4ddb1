import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DecoderConfig, EncoderConfig, ProjectorConfig } from '../checkpoint/configs';
import type { Part } from '../checkpoint/parts';
import { decoderShape, encoderShape } from '../checkpoint/shapes';
import { addArcEncoder } from '../graphs/arcEncoder';
import { addDecoder } from '../graphs/decoder';
import { addPccEncoder } from '../graphs/pccEncoder';
import { addProjector } from '../graphs/projector';
import { ExternalData } from '../onnx/externalData';
import { Graph } from '../onnx/graph';
import type { TensorStore } from '../safetensors/tensorStore';
import { decoderSchemes, encoderScheme, type BuildQuantisation } from '../weights/schemes';
import { WeightWriter, type WriterHooks } from '../weights/weightWriter';
import { bundleFiles } from './manifest';

/** Writes the encoder's graph and its weights into `folder`. */
export function writeEncoder(folder: string, part: Part<EncoderConfig>, quantisation: BuildQuantisation['encoder'], hooks: WriterHooks): Promise<void> {
  const { config, tensors } = part;
  const shape = encoderShape(config);
  const tokens = { tensor: 'embed_tokens.weight', rows: shape.vocabulary };
  const scheme = encoderScheme(quantisation);
  return writeGraph(join(folder, bundleFiles.encoder), 'encoder', tensors, hooks, writer => {
    if (config.kind === 'arc') {
      return addArcEncoder(writer, { shape, scheme, positions: config.window, embeddings: { parts: [tokens], columns: shape.width } });
    }
    const memory = { tensor: 'mem_embeddings.weight', rows: config.max_memory_tokens };
    const embeddings = { parts: [tokens, memory], columns: shape.width };
    return addPccEncoder(writer, { shape, scheme, positions: config.window + config.max_memory_tokens, embeddings });
  });
}

/** Writes the projector's graph and its weights into `folder`. */
export function writeProjector(folder: string, { config, tensors }: Part<ProjectorConfig>, hooks: WriterHooks): Promise<void> {
  return writeGraph(join(folder, bundleFiles.projector), 'projector', tensors, hooks, writer => addProjector(writer, config));
}

/** Writes the decoder's graph and its weights into `folder`. */
export function writeDecoder(folder: string, part: Part<DecoderConfig>, quantisation: BuildQuantisation['decoder'], hooks: WriterHooks): Promise<void> {
  const { config, tensors } = part;
  const options = {
    shape: decoderShape(config),
    positions: config.max_position_embeddings,
    tiedHead: config.tie_word_embeddings,
    schemes: decoderSchemes(quantisation),
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
