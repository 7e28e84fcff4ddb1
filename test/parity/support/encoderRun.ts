import { join } from 'node:path';
import type { EncoderSpec, Ratio } from '../../../src/common/bundle';
import { openEncoder, openProjector } from '../../../src/builder/checkpoint/parts';
import { encoderShape } from '../../../src/builder/checkpoint/shapes';
import { writeEncoder, writeProjector } from '../../../src/builder/output/graphFiles';
import type { EncoderQuantisation } from '../../../src/builder/weights/schemes';
import { encoderInputs } from '../../../src/engine/encoder/encoderInputs';
import type { OnnxSession } from '../../../src/engine/runtime/onnxRuntime';
import { float32 } from '../../../src/engine/runtime/tensor';
import { noHooks } from './decoderRun';
import { temporaryFolder } from './files';
import { loadGraph, runGraph } from './runtime';

/** An encoder's graph, fed by the engine's own inputs. */
export interface EncoderRun {
  /** Slots [B, S, width] of a batch, S the most of any window. */
  readonly encode: (windows: readonly Int32Array[], ratio: Ratio) => Promise<Float32Array>;
  readonly width: number;
}

export async function startEncoder(checkpoint: string, quantisation: EncoderQuantisation): Promise<EncoderRun> {
  const folder = temporaryFolder();
  const part = await openEncoder(checkpoint);
  await writeEncoder(folder, part, quantisation, noHooks);
  await part.tensors.close();
  const { width, layers, heads, kvHeads, headSize, vocabulary } = encoderShape(part.config);
  const { config } = part;
  const shared = {
    ...{ width, layers, heads, kvHeads, headSize, vocabulary },
    ...{ quantisation: { kind: 'fp32' } as const, window: config.window, ratios: config.ratios, graph: 'encoder.onnx', specials: 'specials.f32' },
  };
  const spec: EncoderSpec = config.kind === 'arc' ? { kind: 'arc', ...shared } : { kind: 'pcc', ...shared, maxMemoryTokens: config.max_memory_tokens };
  const session = await loadGraph(join(folder, 'encoder.onnx'));
  const encode = (windows: readonly Int32Array[], ratio: Ratio) => {
    const { inputs, slots } = encoderInputs(spec, windows, ratio);
    return runGraph(session, inputs, 'slots', [windows.length, slots, width]);
  };
  return { encode, width };
}

/** A projector's graph: slots [N, in] -> embeds [N, out]. */
export async function startProjector(checkpoint: string): Promise<(slots: Float32Array) => Promise<Float32Array>> {
  const folder = temporaryFolder();
  const part = await openProjector(checkpoint);
  await writeProjector(folder, part, noHooks);
  await part.tensors.close();
  const session: OnnxSession = await loadGraph(join(folder, 'projector.onnx'));
  const { in_size: input, out_size: output } = part.config;
  return slots => {
    const count = slots.length / input;
    return runGraph(session, { slots: float32(slots, [count, input]) }, 'embeds', [count, output]);
  };
}
