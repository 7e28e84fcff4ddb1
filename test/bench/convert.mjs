/**
 * Converts a random checkpoint in a published decoder's exact shapes and reports the time, the rate and the most memory that the builder
 * process ever held (Linux: VmHWM of /proc).
 *
 *   node test/bench/convert.mjs [--size small|1b|8b] [--weights int4] [--block 32] [--folder <where the gigabytes may lie>]
 */
import { fork } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `config.json` of Llama 3.1 8B, of Llama 3.2 1B, and of one that anybody's disk has room for. */
const llama31 = { model_type: 'llama', hidden_act: 'silu', vocab_size: 128_256, rms_norm_eps: 1e-5, rope_theta: 500_000, max_position_embeddings: 131_072, rope_scaling: { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 } };
const sizes = {
  '8b': { ...llama31, hidden_size: 4096, intermediate_size: 14_336, num_hidden_layers: 32, num_attention_heads: 32, num_key_value_heads: 8, head_dim: 128, tie_word_embeddings: false },
  '1b': { ...llama31, hidden_size: 2048, intermediate_size: 8192, num_hidden_layers: 16, num_attention_heads: 32, num_key_value_heads: 8, head_dim: 64, tie_word_embeddings: true },
  'small': { ...llama31, hidden_size: 1024, intermediate_size: 4096, num_hidden_layers: 4, num_attention_heads: 16, num_key_value_heads: 4, head_dim: 64, tie_word_embeddings: true },
};

/** Most bytes of one file, as Hugging Face cuts them. */
const shardBytes = 5_000_000_000;
const chunkBytes = 64 * 1024 * 1024;

/** @typedef {typeof sizes['8b']} Config */

/**
 * Names and shapes in the order in which transformers saves them.
 *
 * @param {Config} config
 * @returns {[string, number[]][]}
 */
function tensorsOf({ hidden_size: width, intermediate_size: inner, num_hidden_layers: layers, num_key_value_heads: kvHeads, head_dim: headSize, vocab_size: vocabulary, tie_word_embeddings: tied }) {
  /** @type {[string, number[]][]} */
  const list = [['model.embed_tokens.weight', [vocabulary, width]]];
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `model.layers.${layer}`;
    list.push([`${prefix}.input_layernorm.weight`, [width]], [`${prefix}.mlp.down_proj.weight`, [width, inner]]);
    list.push([`${prefix}.mlp.gate_proj.weight`, [inner, width]], [`${prefix}.mlp.up_proj.weight`, [inner, width]]);
    list.push([`${prefix}.post_attention_layernorm.weight`, [width]], [`${prefix}.self_attn.k_proj.weight`, [kvHeads * headSize, width]]);
    list.push([`${prefix}.self_attn.o_proj.weight`, [width, width]], [`${prefix}.self_attn.q_proj.weight`, [width, width]]);
    list.push([`${prefix}.self_attn.v_proj.weight`, [kvHeads * headSize, width]]);
  }
  list.push(['model.norm.weight', [width]], ...(tied ? [] : [/** @type {[string, number[]]} */ (['lm_head.weight', [vocabulary, width]])]));
  return list;
}

/** @param {number[]} shape */
const bytesOf = shape => shape.reduce((product, extent) => product * extent, 2);

/**
 * Writes the checkpoint in shards, random bfloat16 of magnitudes from 1/128 to 1/8.
 *
 * @param {string} folder
 * @param {Config} config
 * @returns {number} bytes
 */
function writeCheckpoint(folder, config) {
  fs.mkdirSync(folder, { recursive: true });
  /** @type {[string, number[]][][]} */
  const shards = [[]];
  let filled = 0;
  for (const tensor of tensorsOf(config)) {
    if (filled > 0 && filled + bytesOf(tensor[1]) > shardBytes) {
      shards.push([]);
      filled = 0;
    }
    shards.at(-1)?.push(tensor);
    filled += bytesOf(tensor[1]);
  }
  const random = new Uint16Array(chunkBytes / 2);
  randomFillSync(random);
  random.forEach((value, i) => (random[i] = 0x3c00 | (value & 0x81ff)));
  /** @type {Record<string, string>} */
  const weightMap = {};
  let total = 0;
  shards.forEach((tensors, index) => {
    const name = `model-${String(index + 1).padStart(5, '0')}-of-${String(shards.length).padStart(5, '0')}.safetensors`;
    total += writeShard(path.join(folder, name), tensors, random);
    tensors.forEach(([tensor]) => (weightMap[tensor] = name));
  });
  fs.writeFileSync(path.join(folder, 'model.safetensors.index.json'), JSON.stringify({ metadata: { total_size: total }, weight_map: weightMap }));
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  writeTokenizer(folder);
  return total;
}

/**
 * @param {string} file
 * @param {[string, number[]][]} tensors
 * @param {Uint16Array} random
 * @returns {number} bytes of the tensors
 */
function writeShard(file, tensors, random) {
  let end = 0;
  const entries = tensors.map(([name, shape]) => [name, { dtype: 'BF16', shape, data_offsets: [end, (end += bytesOf(shape))] }]);
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const descriptor = fs.openSync(file, 'w');
  fs.writeSync(descriptor, Buffer.concat([length, header]));
  for (let done = 0; done < end; ) {
    done += fs.writeSync(descriptor, random, 0, Math.min(chunkBytes, end - done));
  }
  fs.closeSync(descriptor);
  return end;
}

/** The smallest byte-level tokenizer: no token but the bytes. */
function writeTokenizer(/** @type {string} */ folder) {
  const printable = /** @param {number} byte */ byte => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  const vocab = Object.fromEntries(Array.from({ length: 256 }, (_, byte) => [String.fromCodePoint(printable(byte) ? byte : next++), byte]));
  const added = [{ id: 256, content: '<|end_of_text|>', special: true, lstrip: false, rstrip: false, normalized: false, single_word: false }];
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const model = { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, vocab, merges: [] };
  fs.writeFileSync(path.join(folder, 'tokenizer.json'), JSON.stringify({ version: '1.0', truncation: null, padding: null, added_tokens: added, normalizer: null, pre_tokenizer: byteLevel, post_processor: null, decoder: byteLevel, model }));
  fs.writeFileSync(path.join(folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: '<|end_of_text|>' }));
}

/** Megabytes of the largest resident set that a process has had; undefined where /proc is none. */
function peakMegabytes(/** @type {number | undefined} */ pid) {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1.024e-3;
  } catch {
    return undefined;
  }
}

/** Seconds of processor time that a process has taken; undefined where /proc is none. Whatever else runs takes none of them. */
function processorSeconds(/** @type {number | undefined} */ pid) {
  try {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}

/**
 * What the builder says of a call.
 *
 * @typedef {{ kind: 'ready' }
 *   | { kind: 'progress', snapshot: { step: string, done: number, total: number } }
 *   | { kind: 'failure', message: string }
 *   | { kind: 'result', value: { bytes: number } }} BuilderMessage
 */

/**
 * @param {object} params of the builder's method `add`
 * @returns {Promise<{ bytes: number, seconds: number, processor: number | undefined, peak: number | undefined, steps: Map<string, number> }>}
 */
function convert(params) {
  const builder = fork(path.join(root, 'dist/builder.js'), { serialization: 'advanced' });
  const started = performance.now();
  /** @type {Map<string, number>} */
  const steps = new Map();
  let step = '';
  let since = started;
  return new Promise((resolve, reject) => {
    builder.once('exit', code => reject(new Error(`The builder ended with ${code}.`)));
    builder.on('message', received => {
      const message = /** @type {BuilderMessage} */ (received);
      const now = performance.now();
      if (message.kind === 'progress') {
        steps.set(step, (steps.get(step) ?? 0) + now - since);
        since = now;
        step = message.snapshot.step;
        if (process.stderr.isTTY) {
          process.stderr.write(`\r${step} ${Math.floor((100 * message.snapshot.done) / Math.max(1, message.snapshot.total))} %   `);
        }
      } else if (message.kind === 'failure') {
        reject(new Error(message.message));
        builder.disconnect();
      } else if (message.kind === 'result') {
        const outcome = { bytes: message.value.bytes, seconds: (now - started) / 1000, processor: processorSeconds(builder.pid), peak: peakMegabytes(builder.pid), steps };
        resolve(outcome);
        builder.disconnect();
      }
    });
    builder.send({ kind: 'connect', protocol: 'shorthand-builder', version: 1 });
    builder.send({ kind: 'call', id: 1, method: 'add', params });
  });
}

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'small' },
    weights: { type: 'string', default: 'int4' },
    block: { type: 'string', default: '32' },
    folder: { type: 'string', default: os.tmpdir() },
  },
});
const config = Object.entries(sizes).find(([name]) => name === values.size)?.[1];
if (config === undefined) {
  throw new Error(`--size takes one of ${Object.keys(sizes).join(', ')}.`);
}
const work = fs.mkdtempSync(path.join(values.folder, 'shorthand-convert-'));
try {
  const checkpoint = path.join(work, `random-${values.size}`);
  const writing = performance.now();
  const source = writeCheckpoint(checkpoint, config);
  console.log(`checkpoint: ${(source / 1e9).toFixed(2)} GB of bf16, written in ${((performance.now() - writing) / 1000).toFixed(0)} s`);
  const { bytes, seconds, processor, peak, steps } = await convert({ modelsRoot: work, decoderFolder: checkpoint, decoderWeights: values.weights, encoderWeights: 'int8', block: Number(values.block) });
  console.log(`bundle: ${(bytes / 1e9).toFixed(2)} GB of ${values.weights}, block ${values.block}`);
  console.log(`time: ${seconds.toFixed(0)} s, ${(source / 1e6 / seconds).toFixed(0)} MB of checkpoint per second (${[...steps].filter(([name]) => name !== '').map(([name, ms]) => `${name} ${(ms / 1000).toFixed(0)} s`).join(', ')})`);
  console.log(`processor time: ${processor === undefined ? 'unknown on this system' : `${processor.toFixed(0)} s, ${(source / 1e6 / processor).toFixed(0)} MB of checkpoint per second of one core`}`);
  console.log(`peak memory of the whole process: ${peak === undefined ? 'unknown on this system' : `${peak.toFixed(0)} MB`}`);
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}
