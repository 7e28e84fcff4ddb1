import { readFile } from 'node:fs/promises';
import { Decoder, type DecoderOptions } from '../../../src/engine/decoder/decoder';
import { openBundle } from '../../../src/engine/bundle/openBundle';
import { Projector } from '../../../src/engine/encoder/projector';
import { SlotEncoder } from '../../../src/engine/encoder/slotEncoder';
import { PlacedRuntime } from '../../../src/engine/providers/placedRuntime';
import { createOnnxRuntime } from '../../../src/engine/runtime/koffiRuntime';
import { NativeHandle } from '../../../src/engine/runtime/nativeHandle';
import { loadTokenizer } from '../../../src/engine/tokenizer/loadTokenizer';
import { executionProviders } from '../../../src/common/executionProviders';

/** What `decodeOn` tells its parent. */
export interface Decoded {
  readonly logits: readonly number[];
  readonly graphs: Readonly<Record<string, string>>;
  /** Native objects that were left after everything had been disposed. */
  readonly leaks: number;
}

/** What a model has learnt to read: behind tokens at random a rounding is worth more than in code. At least 97 tokens. */
const code = `/** Counts the words of a text, each in lower case. */
export function countWords(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.toLowerCase().split(/\\s+/)) {
    if (word !== '') {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
}

/** The words that occur most often, no more than limit of them. */
export function mostFrequent(counts: ReadonlyMap<string, number>, limit: number): readonly string[] {
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, limit).map(([word]) => word);
}
`;

/** Runs in a process of its own: `node decodeOn.cjs <bundle> <provider> <chunk>`. Reads tokens and slots with a bundle's models and goes on for some steps. */
async function main(bundleFolder: string, provider: string, chunk: number): Promise<Decoded> {
  const before = NativeHandle.live;
  const library = await createOnnxRuntime();
  const runtime = new PlacedRuntime(library, executionProviders.find(name => name === provider) ?? 'cpu');
  const bundle = await openBundle(bundleFolder);
  const { compressor } = bundle.manifest;
  if (compressor === undefined) {
    throw new Error(`${bundleFolder} has no compressor.`);
  }
  const options: DecoderOptions = { threads: 2, capacity: 64, chunk };
  const encoder = await SlotEncoder.open(runtime, bundle, compressor, options);
  const projector = await Projector.open(runtime, bundle, compressor, options);
  const decoder = await Decoder.open(runtime, bundle, options);
  const tokenizer = await loadTokenizer(bundle.manifest.decoder.tokenizer, file => readFile(bundle.file(file), 'utf8'));
  const ids = [...tokenizer.encode(code)];
  const [slots = new Float32Array(0)] = await encoder.encode([Int32Array.from(ids.slice(4, 68))], 16);
  const prompt = [
    { kind: 'tokens', ids: ids.slice(0, 4) },
    { kind: 'embeddings', key: 'slots', rows: await projector.project(slots) },
    { kind: 'tokens', ids: ids.slice(68, 96) },
  ] as const;
  const logits = [...(await decoder.prefill(prompt)).logits];
  logits.push(...(await decoder.step(ids[96] ?? 0)));
  // A prompt that starts like the one before is read from where it differs: the cache on the device keeps its rows.
  const again = await decoder.prefill([...prompt.slice(0, 2), { kind: 'tokens', ids: [...ids.slice(68, 70), 7] }]);
  logits.push(...again.logits, again.reused);
  const graphs = Object.fromEntries(runtime.graphs);
  [decoder, projector, encoder, library].forEach(part => part.dispose());
  return { logits, graphs, leaks: NativeHandle.live - before };
}

const [, , bundleFolder = '', provider = '', chunk = ''] = process.argv;
void main(bundleFolder, provider, Number(chunk)).then(decoded => process.send?.(decoded, () => process.exit(0)));
