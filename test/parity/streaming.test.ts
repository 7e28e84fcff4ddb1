import { mkdirSync, openSync, closeSync, ftruncateSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDecoder } from '../../src/builder/checkpoint/parts';
import { decoderGraph, writeGraph } from '../../src/builder/output/graphFiles';
import { writeEmbeddings } from '../../src/builder/output/rawTables';
import { temporaryFolder } from './support/files';

const mebibyte = 1024 * 1024;
const width = 1024;
const inner = 3072;
const vocabulary = 110_000;
const config = {
  model_type: 'qwen3', hidden_size: width, num_hidden_layers: 2, num_attention_heads: 8, num_key_value_heads: 8, head_dim: 128,
  intermediate_size: inner, vocab_size: vocabulary, max_position_embeddings: 64, rms_norm_eps: 1e-6, rope_theta: 10000, tie_word_embeddings: true,
};

test('a checkpoint of 540 MB streams through little memory', { timeout: 120_000 }, async () => {
  const folder = join(temporaryFolder(), 'decoder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  writeEmptyCheckpoint(join(folder, 'model.safetensors'));
  const checkpointBytes = statSync(join(folder, 'model.safetensors')).size;
  expect(checkpointBytes).toBeGreaterThan(540e6);

  const output = temporaryFolder();
  const part = await openDecoder(folder);
  const before = process.memoryUsage().rss;
  let peak = before;
  const hooks = {
    signal: undefined,
    onBytes: () => {
      peak = Math.max(peak, process.memoryUsage().rss);
    },
  };
  await writeGraph(output, decoderGraph(part, { kind: 'int8', block: 128 }), hooks);
  await writeEmbeddings(join(output, 'embeddings.f16'), part, hooks);
  await part.tensors.close();
  expect(statSync(join(output, 'decoder.onnx.data')).size).toBeGreaterThan(checkpointBytes / 4);
  expect((peak - before) / mebibyte).toBeLessThan(200);
});

/** A checkpoint of zeros in float32: a header and a hole in the file, which takes no space on disk. */
function writeEmptyCheckpoint(file: string): void {
  const shapes: [string, number[]][] = [['model.embed_tokens.weight', [vocabulary, width]], ['model.norm.weight', [width]]];
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    shapes.push(...['q', 'k', 'v', 'o'].map((role): [string, number[]] => [`${prefix}self_attn.${role}_proj.weight`, [width, width]]));
    shapes.push(...['q', 'k'].map((role): [string, number[]] => [`${prefix}self_attn.${role}_norm.weight`, [config.head_dim]]));
    shapes.push(...['gate', 'up'].map((role): [string, number[]] => [`${prefix}mlp.${role}_proj.weight`, [inner, width]]));
    shapes.push([`${prefix}mlp.down_proj.weight`, [width, inner]]);
    shapes.push(...['input', 'post_attention'].map((role): [string, number[]] => [`${prefix}${role}_layernorm.weight`, [width]]));
  }
  let end = 0;
  const header = shapes.map(([name, shape]) => {
    const begin = end;
    end += 4 * shape.reduce((product, extent) => product * extent, 1);
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const;
  });
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const descriptor = openSync(file, 'w');
  writeSync(descriptor, Buffer.concat([length, text]));
  ftruncateSync(descriptor, 8 + text.length + end);
  closeSync(descriptor);
}
