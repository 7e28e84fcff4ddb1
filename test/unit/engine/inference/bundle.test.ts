import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BundleManifest } from '../../../../src/common/bundle';
import { openBundle } from '../../../../src/engine/bundle/openBundle';
import { temporaryFolder } from './temporaryFolder';

const parent = temporaryFolder();
const contents: Readonly<Record<string, Uint8Array>> = {
  'tokenizer.json': Buffer.from('{}'),
  'encoder.onnx': Buffer.from('encoder graph'),
  'encoder.onnx.data': Buffer.alloc(3_000_000, 7),
  'specials.f32': Buffer.alloc(64),
  'projector.onnx': Buffer.from('projector graph'),
  'sub/decoder.onnx': Buffer.from('decoder graph'),
  'embeddings.f16': Buffer.alloc(12 * 8 * 2),
  'chat-tokenizer.json': Buffer.from('{"model":{}}'),
  'chat-tokenizer-config.json': Buffer.from('{"add_bos_token":true}'),
  'chat.jinja': Buffer.from('{{ messages }}'),
  'memory.f32': Buffer.alloc(3 * 8 * 4),
  'other-projector.onnx': Buffer.from('other projector graph'),
};
const shape = { layers: 1, width: 8, heads: 2, kvHeads: 1, headSize: 4, vocabulary: 12, quantisation: { kind: 'fp32' } } as const;

function manifest() {
  return {
    format: 2,
    id: 'test-bundle',
    version: '1.0.0',
    licence: 'Apache-2.0',
    decoder: {
      id: 'd',
      architecture: 'qwen3',
      ...shape,
      positions: 32,
      graph: 'sub/decoder.onnx',
      embeddings: 'embeddings.f16',
      tokenizer: { kind: 'hugging-face', file: 'chat-tokenizer.json', config: 'chat-tokenizer-config.json' },
      prompt: { kind: 'chat', template: 'chat.jinja', variables: { bos_token: '<s>' }, endTokens: ['</s>'] },
    },
    compressor: {
      tokenizer: { kind: 'byte-level-bpe', file: 'tokenizer.json' },
      encoder: { kind: 'arc', ...shape, window: 16, ratios: [4, 8], graph: 'encoder.onnx' },
      projectors: [
        { decoder: 'other', graph: 'other-projector.onnx', inWidth: 8, outWidth: 4, frame: { kind: 'arc', specials: 'specials.f32', recall: 'path-first' } },
        { decoder: 'd', graph: 'projector.onnx', inWidth: 8, outWidth: 8, frame: { kind: 'pcc', specials: 'memory.f32' } },
      ],
    },
    files: Object.entries(contents).map(([name, bytes]) => ({ path: name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })),
    metrics: {},
  } satisfies BundleManifest;
}

/** Writes the test bundle with a manifest of any shape and returns its folder. */
function write(json: unknown = manifest()): string {
  const folder = mkdtempSync(path.join(parent, 'bundle-'));
  mkdirSync(path.join(folder, 'sub'));
  for (const [name, bytes] of Object.entries(contents)) {
    writeFileSync(path.join(folder, name), bytes);
  }
  writeFileSync(path.join(folder, 'bundle.json'), typeof json === 'string' ? json : JSON.stringify(json));
  return folder;
}

describe('openBundle', () => {
  it('opens a whole bundle', async () => {
    const folder = write();
    const bundle = await openBundle(folder);
    expect(bundle.manifest).toEqual(manifest());
    expect(bundle.file('sub/decoder.onnx')).toBe(path.join(folder, 'sub', 'decoder.onnx'));
    expect(bundle.encoderId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('gives the same encoder id to bundles that differ in the decoder only', async () => {
    const idOf = async (change: (files: Record<string, string>) => void) => {
      const json = manifest();
      const hashes = Object.fromEntries(json.files.map(file => [file.path, file.sha256]));
      change(hashes);
      const folder = write();
      for (const file of json.files.filter(entry => entry.sha256 !== hashes[entry.path])) {
        const bytes = Buffer.alloc(file.bytes, 1);
        writeFileSync(path.join(folder, file.path), bytes);
        hashes[file.path] = createHash('sha256').update(bytes).digest('hex');
      }
      const files = json.files.map(file => ({ ...file, sha256: hashes[file.path] }));
      writeFileSync(path.join(folder, 'bundle.json'), JSON.stringify({ ...json, id: 'other', files }));
      return (await openBundle(folder)).encoderId;
    };
    const original = (await openBundle(write())).encoderId;
    for (const part of ['sub/decoder.onnx', 'embeddings.f16', 'chat-tokenizer.json', 'chat.jinja', 'projector.onnx', 'memory.f32']) {
      expect(await idOf(hashes => (hashes[part] = '')), part).toBe(original);
    }
    for (const part of ['tokenizer.json', 'encoder.onnx', 'encoder.onnx.data']) {
      expect(await idOf(hashes => (hashes[part] = '')), part).not.toBe(original);
    }
  });

  it('opens a bundle without a compressor', async () => {
    const json = manifest();
    const bundle = await openBundle(write({ ...json, compressor: undefined }));
    expect(bundle.manifest).toMatchObject({ decoder: json.decoder });
    expect(bundle.manifest.compressor).toBeUndefined();
  });

  it('says that a folder, a manifest or everything is missing', async () => {
    await expect(openBundle(path.join(parent, 'none'))).rejects.toMatchObject({ code: 'bundle-missing', message: expect.stringContaining('none') as unknown });
    const folder = write();
    rmSync(path.join(folder, 'bundle.json'));
    await expect(openBundle(folder)).rejects.toMatchObject({ code: 'bundle-missing' });
  });

  it.each(Object.keys(contents))('notices a flipped bit, a cut and the absence of %s', async name => {
    const damaged = write();
    const file = path.join(damaged, name);
    const bytes = readFileSync(file);
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    writeFileSync(file, bytes);
    const namesIt = { code: 'bundle-corrupt', message: expect.stringContaining(name) as unknown };
    await expect(openBundle(damaged)).rejects.toMatchObject(namesIt);
    truncateSync(file, bytes.length - 1);
    await expect(openBundle(damaged)).rejects.toMatchObject({ ...namesIt, message: expect.stringMatching(/bytes/) as unknown });
    rmSync(file);
    await expect(openBundle(damaged)).rejects.toMatchObject({ ...namesIt, message: expect.stringMatching(/missing/) as unknown });
    mkdirSync(file);
    await expect(openBundle(damaged)).rejects.toMatchObject({ ...namesIt, message: expect.stringMatching(/not a file/) as unknown });
  });

  it('stops when it is cancelled', async () => {
    await expect(openBundle(write(), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a manifest', () => {
  const base = manifest();
  const { decoder, compressor } = base;
  const withDecoder = (change: object) => ({ ...base, decoder: { ...decoder, ...change } });
  const withEncoder = (change: object) => ({ ...base, compressor: { ...compressor, encoder: { ...compressor.encoder, ...change } } });
  const withProjector = (change: object) => ({ ...base, compressor: { ...compressor, projectors: [compressor.projectors[0], { ...compressor.projectors[1], ...change }] } });
  it.each<[string, unknown, string, RegExp]>([
    ['that is no JSON', '{ "format": 2,', 'bundle-corrupt', /not JSON/],
    ['that is no object', '[]', 'bundle-corrupt', /bundle\.json/],
    ['with a missing field', { ...base, decoder: undefined }, 'bundle-corrupt', /decoder/],
    ['with a bad hash', { ...base, files: [{ path: 'a', bytes: 1, sha256: 'xyz' }] }, 'bundle-corrupt', /files\.0\.sha256/],
    ['with a negative size', { ...base, files: [{ ...base.files[0], bytes: -1 }] }, 'bundle-corrupt', /files\.0\.bytes/],
    ['of another format', { ...base, format: 1 }, 'bundle-unsupported', /format/],
    ['with an unknown encoder', withEncoder({ kind: 'icae' }), 'bundle-unsupported', /encoder\.kind/],
    ['with an unknown tokenizer', withDecoder({ tokenizer: { kind: 'sentencepiece', file: 'tokenizer.json' } }), 'bundle-unsupported', /tokenizer\.kind/],
    ['with an unknown kind of prompt', withDecoder({ prompt: { kind: 'alpaca' } }), 'bundle-unsupported', /prompt\.kind/],
    ['with an unknown frame', withProjector({ frame: { kind: 'icae', specials: 'specials.f32' } }), 'bundle-unsupported', /frame\.kind/],
    ['with an unknown decoder', { ...base, decoder: { ...base.decoder, architecture: 'mamba' } }, 'bundle-unsupported', /architecture/],
    ['with an unknown ratio', withEncoder({ ratios: [5] }), 'bundle-unsupported', /ratios/],
    ['that leaves the folder', withDecoder({ tokenizer: { kind: 'byte-level-bpe', file: '../tokenizer.json' } }), 'bundle-corrupt', /tokenizer/],
    ['that leaves the folder in a list', { ...base, files: [...base.files, { ...base.files[0], path: 'a/../../b' }] }, 'bundle-corrupt', /relative path/],
    ['with an absolute path', { ...base, decoder: { ...base.decoder, graph: '/etc/passwd' } }, 'bundle-corrupt', /relative path/],
    ['with a drive', { ...base, decoder: { ...base.decoder, graph: 'C:/model.onnx' } }, 'bundle-corrupt', /relative path/],
    ['with a backslash', { ...base, decoder: { ...base.decoder, graph: '..\\model.onnx' } }, 'bundle-corrupt', /relative path/],
    ['that uses a file without a hash', { ...base, files: base.files.slice(1) }, 'bundle-corrupt', /tokenizer\.json/],
    ['that uses a template without a hash', { ...base, files: base.files.filter(file => file.path !== 'chat.jinja') }, 'bundle-corrupt', /chat\.jinja/],
    ["whose special vectors are of the encoder's width", withProjector({ frame: { kind: 'pcc', specials: 'specials.f32' } }), 'bundle-corrupt', /\[3, 8\]/],
    ["whose special vectors are of the decoder's width", withProjector({ frame: { kind: 'arc', specials: 'memory.f32', recall: 'path-first' } }), 'bundle-corrupt', /\[2, 8\]/],
    ['that lists a file twice', { ...base, files: [...base.files, base.files[0]] }, 'bundle-corrupt', /twice/],
    ['without a projector for its decoder', { ...base, compressor: { ...compressor, projectors: [compressor.projectors[0]] } }, 'bundle-corrupt', /projector/],
    ['whose projector has another width', withProjector({ outWidth: 9 }), 'bundle-corrupt', /width 8/],
    ['whose embeddings have another size', { ...base, decoder: { ...base.decoder, vocabulary: 13 } }, 'bundle-corrupt', /embeddings\.f16/],
    ['whose encoder has no ratios', withEncoder({ ratios: [] }), 'bundle-corrupt', /ratios/],
    ['with too few memory tokens', withEncoder({ kind: 'pcc', maxMemoryTokens: 3, memory: 'first' }), 'bundle-corrupt', /fewer memory tokens/],
    ['whose memory tokens stand between places', withEncoder({ kind: 'pcc', maxMemoryTokens: 5, memory: 'by-place' }), 'bundle-corrupt', /whole places/],
  ])('%s is refused', async (_, json, code, message) => {
    await expect(openBundle(write(json))).rejects.toMatchObject({ name: 'ShorthandError', code, message: expect.stringMatching(message) as unknown });
  });
});
