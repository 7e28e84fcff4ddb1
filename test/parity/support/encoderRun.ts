import { join } from 'node:path';
import type { EncoderSpec, Ratio } from '../../../src/common/bundle';
import type { EncoderPlan, ProjectorPlan } from '../../../src/builder/checkpoint/encoders/encoderPlan';
import { openEncoder, openProjector, type Part } from '../../../src/builder/checkpoint/parts';
import { encoderGraph, projectorGraph, writeGraph } from '../../../src/builder/output/graphFiles';
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
  const part = await openEncoder(checkpoint);
  try {
    return await runEncoder(part, quantisation);
  } finally {
    await part.tensors.close();
  }
}

/** The same for a part that is open. */
export async function runEncoder(part: Part<EncoderPlan>, quantisation: EncoderQuantisation): Promise<EncoderRun> {
  const folder = temporaryFolder();
  await writeGraph(folder, encoderGraph(part, quantisation), noHooks);
  const { config } = part;
  const { width, layers, heads, kvHeads, headSize, vocabulary } = config.shape;
  const shared = {
    ...{ width, layers, heads, kvHeads, headSize, vocabulary },
    ...{ quantisation: { kind: 'fp32' } as const, window: config.window, ratios: [...config.ratios], graph: 'encoder.onnx' },
  };
  const spec: EncoderSpec = config.kind === 'arc' ? { kind: 'arc', ...shared } : { kind: 'pcc', ...shared, maxMemoryTokens: config.maxMemoryTokens, memory: config.memory };
  const session = await loadGraph(join(folder, 'encoder.onnx'));
  const encode = (windows: readonly Int32Array[], ratio: Ratio) => {
    const { inputs, slots } = encoderInputs(spec, windows, ratio);
    return runGraph(session, inputs, 'slots', [windows.length, slots, width]);
  };
  return { encode, width };
}

/** A projector's graph: slots [N, in] -> embeds [N, out]. */
export async function startProjector(checkpoint: string): Promise<(slots: Float32Array) => Promise<Float32Array>> {
  const part = await openProjector(checkpoint);
  try {
    return await runProjector(part);
  } finally {
    await part.tensors.close();
  }
}

/** The same for a part that is open. */
export async function runProjector(part: Part<ProjectorPlan>): Promise<(slots: Float32Array) => Promise<Float32Array>> {
  const folder = temporaryFolder();
  await writeGraph(folder, projectorGraph(part), noHooks);
  const session: OnnxSession = await loadGraph(join(folder, 'projector.onnx'));
  const { inWidth: input, outWidth: output } = part.config;
  return slots => {
    const count = slots.length / input;
    return runGraph(session, { slots: float32(slots, [count, input]) }, 'embeds', [count, output]);
  };
}
