import { readFile } from 'node:fs/promises';
import type { CompressorSpec, FrameSpec, ProjectorSpec } from '../../common/bundle';
import type { Disposable } from '../../common/disposable';
import { ShorthandError } from '../../common/errors';
import type { Bundle } from '../bundle/openBundle';
import type { SpecialName } from '../plan/slotFrame';
import type { OnnxRuntime, OnnxSession, SessionOptions } from '../runtime/onnxRuntime';
import { float32, float32Zeros } from '../runtime/tensor';

/** Takes slots from the encoder's space into one decoder's embedding space. */
export class Projector implements Disposable {
  private constructor(
    readonly spec: ProjectorSpec,
    private readonly session: OnnxSession,
    private readonly specials: ReadonlyMap<SpecialName, Float32Array>,
  ) {}

  /** Opens the projector for the bundle's own decoder. Errors: `bundle-corrupt`, `bundle-unsupported`. */
  static async open(runtime: OnnxRuntime, bundle: Bundle, { projectors }: CompressorSpec, options: SessionOptions): Promise<Projector> {
    const { decoder } = bundle.manifest;
    const spec = projectors.find(candidate => candidate.decoder === decoder.id);
    if (spec === undefined) {
      throw new ShorthandError('bundle-unsupported', `The bundle has no projector for ${decoder.id}.`);
    }
    const session = await runtime.load(bundle.file(spec.graph), { ...options, graph: 'projector' });
    try {
      return new Projector(spec, session, await readSpecials(session, spec, bundle.file(spec.frame.specials)));
    } catch (error) {
      session.dispose();
      throw error;
    }
  }

  /** A vector that stands beside slots, in the decoder's embedding space: [outWidth]. Errors: `internal` for one of another frame. */
  special(name: SpecialName): Float32Array {
    const vector = this.specials.get(name);
    if (vector === undefined) {
      throw new ShorthandError('internal', `The projector's frame "${this.spec.frame.kind}" has no "${name}".`);
    }
    return vector;
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

/** In the order of the file; see `FrameSpec`. */
const specialNames: Readonly<Record<FrameSpec['kind'], readonly SpecialName[]>> = { arc: ['rec', 'cont'], pcc: ['mem', 'ae', 'end-mem'] };

/** ARC's vectors pass the projector like slots do (embedding_modules.py); PCC's are rows of the decoder's own space. */
async function readSpecials(session: OnnxSession, spec: ProjectorSpec, file: string): Promise<ReadonlyMap<SpecialName, Float32Array>> {
  const { frame, inWidth, outWidth } = spec;
  const names = specialNames[frame.kind];
  const rows = frame.kind === 'arc' ? await run(session, spec, await readFloats(file, names.length * inWidth)) : await readFloats(file, names.length * outWidth);
  return new Map(names.map((name, i) => [name, rows.slice(i * outWidth, (i + 1) * outWidth)]));
}

/** Reads raw little-endian float32 values. */
async function readFloats(file: string, count: number): Promise<Float32Array> {
  const bytes = await readFile(file);
  if (bytes.length !== count * Float32Array.BYTES_PER_ELEMENT) {
    throw new ShorthandError('bundle-corrupt', `${file} has ${bytes.length} bytes, not ${count} float32 values.`);
  }
  return Float32Array.from({ length: count }, (_, index) => bytes.readFloatLE(index * Float32Array.BYTES_PER_ELEMENT));
}
