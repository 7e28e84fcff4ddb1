import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TransformerShape } from '../builder/graphs/layerParts';
import type { ExecutionProvider } from '../common/executionProviders';
import { longestChunk } from '../engine/decoder/decoder';
import { DecoderRun } from '../engine/decoder/decoderRun';
import { allocateKvCache, type KvCache } from '../engine/decoder/kvCache';
import type { ProbeAnswer } from '../engine/providers/probeProtocol';
import { createOnnxRuntime } from '../engine/runtime/koffiRuntime';
import type { OnnxRuntime, OnnxSession } from '../engine/runtime/onnxRuntime';
import { largeShape, numbers, smallShape, writeProbeModel } from './probeModel';

/**
 * Most positions in one run, longest first. WebGPU has another attention kernel from 32 on, which is wrong on devices whose subgroups are
 * small (SwiftShader): what fails with long reads may be right with short ones.
 */
const chunks = [longestChunk, 31] as const;

/** Positions of the prompt that is read for comparison, more than a short chunk, and steps after it. */
const prompt = 40;
const steps = 2;

/** Times that a prompt is read to learn how long it takes. */
const runs = 4;

/** A provider that takes this many times as long as the CPU for the small model is software that plays a graphics card. */
const hopeless = 50;

/** Providers round differently (the CPU quantises activations to 8 bits): a wrong kernel is off by as much as the values themselves. */
const tolerance = 0.05;

/** Runs a small decoder on the CPU and on `provider` and compares. Native code may crash or hang in it: call it in a process of its own. */
export async function probe(provider: ExecutionProvider): Promise<ProbeAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'shorthand-probe-'));
  try {
    // ONNX Runtime writes to the error stream which library it can't load; a status has only that one is missing.
    const runtime = await createOnnxRuntime({ logErrors: true });
    try {
      return await compare(runtime, folder, provider);
    } finally {
      runtime.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(runtime: OnnxRuntime, folder: string, provider: ExecutionProvider): Promise<ProbeAnswer> {
  const model = { file: await writeProbeModel(folder, 'small', smallShape), shape: smallShape };
  const cpu = await ProbedDecoder.load(runtime, model, 'cpu');
  const other = await ProbedDecoder.load(runtime, model, provider);
  const wanted = await cpu.logits(longestChunk);
  let error = Infinity;
  for (const chunk of chunks) {
    error = relativeError(await other.logits(chunk), wanted);
    if (error <= tolerance) {
      const speed = (await cpu.time(prompt, longestChunk)) / (await other.time(prompt, chunk));
      return { kind: 'works', chunk, speed: speed * hopeless < 1 ? speed : await speedOf(runtime, folder, provider, chunk) };
    }
  }
  return { kind: 'wrong-result', relativeError: error };
}

/** How many times as fast as the CPU a provider reads a prompt with a model of some size. */
async function speedOf(runtime: OnnxRuntime, folder: string, provider: ExecutionProvider, chunk: number): Promise<number> {
  const model = { file: await writeProbeModel(folder, 'large', largeShape), shape: largeShape };
  const cpu = await ProbedDecoder.load(runtime, model, 'cpu');
  const other = await ProbedDecoder.load(runtime, model, provider);
  return (await shortest(() => cpu.time(longestChunk, longestChunk))) / (await shortest(() => other.time(longestChunk, chunk)));
}

/** The best of some runs: the first allocates memory and compiles shaders, and other programs run meanwhile. */
async function shortest(run: () => Promise<number>): Promise<number> {
  let best = Infinity;
  for (let count = 0; count < runs; count++) {
    best = Math.min(best, await run());
  }
  return best;
}

interface ProbeModel {
  readonly file: string;
  readonly shape: TransformerShape;
}

/** A decoder on one provider. It ends with the runtime. */
class ProbedDecoder {
  readonly #embeddings: Float32Array;

  private constructor(
    private readonly session: OnnxSession,
    private readonly cache: KvCache,
    private readonly shape: TransformerShape,
  ) {
    this.#embeddings = numbers(longestChunk * shape.width, 1, 1);
  }

  static async load(runtime: OnnxRuntime, { file, shape }: ProbeModel, provider: ExecutionProvider): Promise<ProbedDecoder> {
    const session = await runtime.load(file, { threads: 0, provider });
    return new ProbedDecoder(session, allocateKvCache(session, shape, longestChunk), shape);
  }

  /** Those after a prompt, read `chunk` positions at a time, and after each step behind it. */
  async logits(chunk: number): Promise<Float32Array> {
    const all = [...(await this.#read(0, prompt, chunk))];
    for (let step = 0; step < steps; step++) {
      all.push(...(await this.#read(prompt + step, 1, 1)));
    }
    return Float32Array.from(all);
  }

  /** Milliseconds that reading a prompt takes. */
  async time(positions: number, chunk: number): Promise<number> {
    const start = performance.now();
    await this.#read(0, positions, chunk);
    return performance.now() - start;
  }

  /** Reads positions from `first` on and gives the logits of the last. */
  async #read(first: number, positions: number, chunk: number): Promise<Float32Array> {
    let logits: Float32Array = new Float32Array(0);
    for (let start = first; start < first + positions; start += chunk) {
      const count = Math.min(chunk, first + positions - start);
      const run = new DecoderRun(this.session, this.cache, this.shape, count, 1);
      run.embeddings.set(this.#embeddings.subarray(start * this.shape.width, (start + count) * this.shape.width));
      await run.run(start);
      run.dispose();
      ({ logits } = run);
    }
    return logits;
  }
}

/** |given - wanted| / |wanted|; infinite where something is not a number. */
function relativeError(given: Float32Array, wanted: Float32Array): number {
  const difference = Math.hypot(...given.map((value, index) => value - (wanted[index] ?? 0)));
  const error = difference / Math.hypot(...wanted);
  return Number.isFinite(error) ? error : Infinity;
}
