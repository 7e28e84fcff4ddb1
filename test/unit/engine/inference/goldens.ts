import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EncoderSpec } from '../../../../src/common/bundle';
import { buildBundle } from '../../../../src/builder/buildBundle';
import { openBundle, type Bundle } from '../../../../src/engine/bundle/openBundle';

const goldens = path.resolve(import.meta.dirname, '../../../parity/goldens');

const unquantised = { kind: 'fp32' } as const;

/** A tensor of a golden file: float32 or int64 values as numbers. */
export interface Golden {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Reads the reference values of a golden folder. */
export function readGoldens(name: string): ReadonlyMap<string, Golden> {
  const bytes = readFileSync(path.join(goldens, name, 'expected.safetensors'));
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  return new Map(
    Object.entries(header)
      .filter(([tensor]) => tensor !== '__metadata__')
      .map(([tensor, { dtype, shape, data_offsets: [from, to] }]) => {
        const buffer = new Uint8Array(bytes.subarray(start + from, start + to)).buffer;
        const values = dtype === 'I64' ? Array.from(new BigInt64Array(buffer), Number) : Array.from(new Float32Array(buffer));
        return [tensor, { shape, values }];
      }),
  );
}

/** Builds the tiny checkpoint into an unquantised bundle below `folder` and opens it. */
export async function buildTinyBundle(folder: string): Promise<Bundle> {
  const outputFolder = path.join(folder, 'tiny');
  await build(path.join(goldens, 'bundle-tiny'), outputFolder);
  return openBundle(outputFolder);
}

async function build(checkpointFolder: string, outputFolder: string): Promise<void> {
  await buildBundle({ checkpointFolder, outputFolder, quantisation: { encoder: unquantised, decoder: unquantised }, licence: 'Apache-2.0' });
}

/** The texts of the tiny bundle's case: windows of one file and what follows them. */
export function tinyCase(): { readonly path: string; readonly windows: readonly string[]; readonly tail: string } {
  return JSON.parse(readFileSync(path.join(goldens, 'bundle-tiny', 'cases.json'), 'utf8')) as ReturnType<typeof tinyCase>;
}

/**
 * Builds the encoder and projector of the goldens `encoder-{kind}-tiny` into an unquantised bundle below `folder` and opens it. Its decoder
 * is all zeros: only its width matters, the projector's 80.
 */
export async function buildEncoderBundle(folder: string, kind: 'arc' | 'pcc'): Promise<Bundle> {
  const checkpointFolder = path.join(folder, `${kind}-checkpoint`);
  const outputFolder = path.join(folder, kind);
  for (const part of ['encoder', 'projector']) {
    cpSync(path.join(goldens, `encoder-${kind}-tiny`, part), path.join(checkpointFolder, part), { recursive: true });
  }
  for (const file of ['tokenizer.json', 'bundle-meta.json']) {
    cpSync(path.join(goldens, 'bundle-tiny', file), path.join(checkpointFolder, file));
  }
  writeZeroDecoder(path.join(checkpointFolder, 'decoder'));
  await build(checkpointFolder, outputFolder);
  return openBundle(outputFolder);
}

function writeZeroDecoder(folder: string): void {
  const config = JSON.parse(readFileSync(path.join(goldens, 'decoder-tiny', 'decoder', 'config.json'), 'utf8')) as Record<string, unknown>;
  const [width, head, inner, rows] = [80, 16, 8, 320];
  const shapes: Readonly<Record<string, readonly number[]>> = {
    'model.embed_tokens.weight': [rows, width],
    'model.norm.weight': [width],
    'model.layers.0.input_layernorm.weight': [width],
    'model.layers.0.post_attention_layernorm.weight': [width],
    'model.layers.0.self_attn.q_proj.weight': [head, width],
    'model.layers.0.self_attn.k_proj.weight': [head, width],
    'model.layers.0.self_attn.v_proj.weight': [head, width],
    'model.layers.0.self_attn.o_proj.weight': [width, head],
    'model.layers.0.self_attn.q_norm.weight': [head],
    'model.layers.0.self_attn.k_norm.weight': [head],
    'model.layers.0.mlp.gate_proj.weight': [inner, width],
    'model.layers.0.mlp.up_proj.weight': [inner, width],
    'model.layers.0.mlp.down_proj.weight': [width, inner],
  };
  let end = 0;
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const start = end;
    end += shape.reduce((product, extent) => product * extent, 4);
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'model.safetensors'), Buffer.concat([length, header, Buffer.alloc(end)]));
  const shape = { hidden_size: width, num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1, head_dim: head, intermediate_size: inner };
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ ...config, ...shape, vocab_size: rows }));
}

/** The largest difference, relative to the largest expected value. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) {
    return Infinity;
  }
  const pairs = Array.from(actual, (value, index) => [value, expected[index]!] as const);
  const scale = Math.max(...pairs.map(([, value]) => Math.abs(value)));
  return Math.max(...pairs.map(([value, other]) => Math.abs(value - other))) / scale;
}

/** Any of a manifest's encoder specifications with the parts that a test doesn't look at filled in. */
export function encoderSpec(part: Partial<EncoderSpec> & { readonly kind: 'arc' | 'pcc' }): EncoderSpec {
  const shared = {
    layers: 3,
    width: 64,
    heads: 4,
    kvHeads: 2,
    headSize: 16,
    vocabulary: 320,
    quantisation: unquantised,
    window: 256,
    ratios: [4, 8, 16] as EncoderSpec['ratios'],
    graph: 'encoder.onnx',
  };
  return part.kind === 'arc' ? { ...shared, ...part, kind: 'arc' } : { maxMemoryTokens: 64, memory: 'by-place', ...shared, ...part, kind: 'pcc' };
}
