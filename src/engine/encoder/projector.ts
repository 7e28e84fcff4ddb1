import { readFile } from 'node:fs/promises';
import type { ProjectorSpec } from '../../common/bundle';
import type { Disposable } from '../../common/disposable';
import { ShorthandError } from '../../common/errors';
import type { Bundle } from '../bundle/openBundle';
import { compressorOf } from '../bundle/supported';
import type { OnnxRuntime, OnnxSession, SessionOptions } from '../runtime/onnxRuntime';
import { float32, float32Zeros } from '../runtime/tensor';

/** Vectors that close a run of slots in a prompt, in the decoder's embedding space: [outWidth] each. */
export interface SpecialEmbeddings {
  /** Asks the decoder to write the text of the slots before it. */
  readonly rec: Float32Array;
  /** Follows each inserted file: what comes next goes on from it. */
  readonly cont: Float32Array;
}

/** Takes slots from the encoder's space into one decoder's embedding space. */
export class Projector implements Disposable {
  private constructor(
    readonly spec: ProjectorSpec,
    private readonly session: OnnxSession,
    /** They pass the projector like slots do (ARC: embedding_modules.py), once, when it is opened. */
    readonly specials: SpecialEmbeddings,
  ) {}

  /** Opens the projector for the bundle's own decoder. */
  static async open(runtime: OnnxRuntime, bundle: Bundle, options: SessionOptions): Promise<Projector> {
    const { decoder } = bundle.manifest;
    const spec = compressorOf(bundle.manifest).projectors.find(candidate => candidate.decoder === decoder.id);
    if (spec?.frame.kind !== 'arc') {
      throw new ShorthandError('bundle-unsupported', `The bundle has no projector for ${decoder.id} with ARC's special vectors.`);
    }
    const session = await runtime.load(bundle.file(spec.graph), { ...options, graph: 'projector' });
    try {
      const both = await run(session, spec, await readFloats(bundle.file(spec.frame.specials), spec.inWidth * 2));
      return new Projector(spec, session, { rec: both.slice(0, spec.outWidth), cont: both.slice(spec.outWidth) });
    } catch (error) {
      session.dispose();
      throw error;
    }
  }

  /** `slots` row-major float32 [N, inWidth] -> [N, outWidth]. */
  async project(slots: Float32Array): Promise<Float32Array> {
    return slots.length === 0 ? new Float32Array(0) : run(this.session, this.spec, slots);
  }

  dispose(): void {
    this.session.dispose();
  }
}

async function run(session: OnnxSession, { inWidth, outWidth }: ProjectorSpec, slots: Float32Array): Promise<Float32Array> {
  const rows = slots.length / inWidth;
  if (!Number.isInteger(rows)) {
    throw new ShorthandError('internal', `${slots.length} values are no slots of width ${inWidth}.`);
  }
  const embeds = float32Zeros([rows, outWidth]);
  await session.run({ slots: float32(slots, [rows, inWidth]) }, { embeds });
  return embeds.data;
}

/** Reads raw little-endian float32 values. */
async function readFloats(file: string, count: number): Promise<Float32Array> {
  const bytes = await readFile(file);
  if (bytes.length !== count * Float32Array.BYTES_PER_ELEMENT) {
    throw new ShorthandError('bundle-corrupt', `${file} has ${bytes.length} bytes, not ${count} float32 values.`);
  }
  return Float32Array.from({ length: count }, (_, index) => bytes.readFloatLE(index * Float32Array.BYTES_PER_ELEMENT));
}
