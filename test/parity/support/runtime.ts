import { afterAll } from 'vitest';
import { createOnnxRuntime } from '../../../src/engine/runtime/koffiRuntime';
import type { OnnxRuntime, OnnxSession } from '../../../src/engine/runtime/onnxRuntime';
import { float32, type Float32Tensor, type NamedTensors } from '../../../src/engine/runtime/tensor';

let runtime: Promise<OnnxRuntime> | undefined;

/** The runtime that ships, with one thread: the goldens are tiny. */
export async function loadGraph(file: string): Promise<OnnxSession> {
  runtime ??= createOnnxRuntime();
  return (await runtime).load(file, { threads: 1 });
}

afterAll(async () => {
  (await runtime)?.dispose();
  runtime = undefined;
});

/** Runs a graph with one output. The output starts as NaN, so that a value that was not written shows. */
export async function runGraph(session: OnnxSession, inputs: NamedTensors, name: string, shape: readonly number[]): Promise<Float32Array> {
  const output: Float32Tensor = float32(new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(NaN), shape);
  await session.run(inputs, { [name]: output });
  return output.data;
}
