import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { addModel } from '../../../../src/builder/addModel/addModel';
import type { AddModelParams } from '../../../../src/common/builderProtocol';
import type { DecoderSegment } from '../../../../src/engine/decoder/prompt';
import type { Engine } from '../../../../src/engine/service/engine';
import { provideSlots, slotId } from '../../../../src/engine/service/provideSlots';
import { readWorkspace } from '../../../../src/engine/service/readWorkspace';
import { relativeError } from '../inference/goldens';
import { EngineBench, sampling, sourceOf, workspaceOf } from './support';

/** Bundles of published decoders and compressors, in all the combinations of what they need: the goldens' tiny checkpoints in their published layouts. */
const bench = new EngineBench();
const goldens = path.resolve(import.meta.dirname, '../../../parity/goldens');
const workspace = () => workspaceOf(bench.workspace('kinds', { 'src/alpha.ts': sourceOf('alpha', 5), 'beta.py': 'def beta(value):\n    return value + 1\n' }), { ratio: 16 });
/** A file of several windows, and nothing else. */
const alone = () => workspaceOf(bench.workspace('alone', { 'src/alpha.ts': sourceOf('alpha', 20) }), { ratio: 16 });
const turn = { history: [], mentions: [], sampling: { ...sampling, maxTokens: 12 } };

interface Kind {
  readonly decoder: string;
  readonly edit?: (folder: string) => void;
  readonly compressor?: { readonly name: string; readonly bridge?: number; readonly ratio?: 4 | 8 };
}

const kinds = {
  'chat, pcc': { decoder: 'llama-3.1', edit: addMemoryTokens, compressor: { name: 'pcc/light/checkpoint', ratio: 4 } },
  'chat, arc of several bridges': { decoder: 'qwen3-biased', compressor: { name: 'arc/release-multi/checkpoint', bridge: 1, ratio: 8 } },
  'plain, arc, SentencePiece': { decoder: 'mistral', edit: dropTemplate, compressor: { name: 'arc/release/checkpoint', ratio: 8 } },
  'chat, no compressor': { decoder: 'qwen2' },
} as const satisfies Readonly<Record<string, Kind>>;
type KindName = keyof typeof kinds;

const folders = new Map<string, string>();
const open = (name: KindName): Promise<Engine> => bench.open({ ...bench.options(), bundleFolder: folders.get(name) ?? '' });

beforeAll(async () => {
  for (const [name, kind] of Object.entries<Kind>(kinds)) {
    const decoderFolder = path.join(bench.folder, kind.decoder);
    cpSync(path.join(goldens, 'decoders', kind.decoder, 'decoder'), decoderFolder, { recursive: true });
    kind.edit?.(decoderFolder);
    const compressor = kind.compressor && {
      folder: path.join(goldens, kind.compressor.name),
      bridge: kind.compressor.bridge ?? 0,
      ratio: kind.compressor.ratio,
      // ARC's releases have no tokenizer: Llama 3's.
      ...(kind.compressor.name.startsWith('arc') ? { baseFolder: path.join(goldens, 'decoders', 'llama-3.1', 'decoder') } : {}),
    };
    const params: AddModelParams = { modelsRoot: path.join(bench.folder, 'models'), decoderFolder, compressor, decoderWeights: 'fp32', encoderWeights: 'fp32', block: 32, id: `kind-${folders.size}`, licence: 'Apache-2.0' };
    folders.set(name, (await addModel(params)).folder);
  }
}, 120_000);

/** A decoder that was published with PCC's three tokens: two take the places of tokens that no template uses, the third that of the last merge. */
function addMemoryTokens(folder: string): void {
  const file = path.join(folder, 'tokenizer.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as { added_tokens: { id: number; content: string }[]; model: { vocab: Record<string, number>; merges: (string | [string, string])[] } };
  const entries = Object.entries(json.model.vocab).sort((a, b) => a[1] - b[1]);
  const [last, id] = entries.at(-1)!;
  json.model.vocab = Object.fromEntries(entries.slice(0, -1));
  json.model.merges = json.model.merges.filter(merge => (typeof merge === 'string' ? merge.replace(' ', '') : merge.join('')) !== last);
  const names = new Map([['<|end_of_text|>', '<mem>'], ['<|eom_id|>', '<ae>']]);
  const added = json.added_tokens.map(token => ({ ...token, content: names.get(token.content) ?? token.content }));
  json.added_tokens = [{ ...added[0]!, id, content: '</mem>' }, ...added];
  writeFileSync(file, JSON.stringify(json));
}

function dropTemplate(folder: string): void {
  const file = path.join(folder, 'tokenizer_config.json');
  const entries = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as object);
  writeFileSync(file, JSON.stringify(Object.fromEntries(entries.filter(([key]) => key !== 'chat_template'))));
}

/** What a decoder is given to read during `work`. */
async function promptsOf(engine: Engine, side: boolean, work: () => Promise<unknown>): Promise<readonly (readonly DecoderSegment[])[]> {
  const decoder = side ? engine.parts.sideDecoder() : engine.parts.decoder;
  const prompts: (readonly DecoderSegment[])[] = [];
  const read = decoder.read.bind(decoder);
  decoder.read = (prompt, ...rest) => {
    prompts.push(prompt);
    return read(prompt, ...rest);
  };
  await work();
  decoder.read = read;
  return prompts;
}

/** The rows of `inputs_embeds`. */
function rows({ parts: { decoder } }: Engine, prompt: readonly DecoderSegment[]): Float32Array {
  return Float32Array.from(
    prompt.flatMap(segment => {
      if (segment.kind === 'embeddings') {
        return [...segment.rows];
      }
      const into = new Float32Array(segment.ids.length * decoder.spec.width);
      decoder.embed(segment.ids, into);
      return [...into];
    }),
  );
}

const tokens = (ids: ArrayLike<number>): DecoderSegment => ({ kind: 'tokens', ids });
const embeddings = (key: string, values: Float32Array): DecoderSegment => ({ kind: 'embeddings', key, rows: values });

/** The windows of a file. */
async function windowsOf(engine: Engine, displayPath: string, of = workspace()) {
  const { files } = await readWorkspace(engine.parts, of, undefined);
  return files.find(file => file.displayPath === displayPath)?.windows ?? [];
}

/** Slots of every window of a file as the encoder makes them, through the projector. */
async function projectedSlots(engine: Engine, displayPath: string, of = workspace()): Promise<readonly Float32Array[]> {
  const { compressor } = engine.parts;
  const windows = await windowsOf(engine, displayPath, of);
  const ratio = compressor!.encoder.spec.ratios[0]!;
  const known = await provideSlots(engine.parts, windows.map(window => ({ window, ratio })), { priority: 'answer' });
  const encoded = await compressor!.encoder.encode(windows.map(({ text }) => compressor!.tokenizer.encode(text)), ratio);
  expect(windows.map(({ hash }, i) => known.get(slotId(hash, ratio))!.slotCount * compressor!.encoder.spec.width === encoded[i]!.length)).not.toContain(false);
  return Promise.all(encoded.map(slots => compressor!.projector.project(slots)));
}

describe.each(Object.keys(kinds) as KindName[])('%s', name => {
  it('answers, plans, completes and counts', async () => {
    const engine = await open(name);
    const answer = await engine.ask({ ...turn, question: 'What does beta do?', workspace: workspace() });
    const { context } = answer;
    expect(new Set(context.read.map(file => file.displayPath))).toEqual(new Set(['src/alpha.ts', 'beta.py']));
    expect(context.slots > 0).toBe(name !== 'chat, no compressor');
    expect(context.promptPositions).toBeGreaterThan(context.read.reduce((sum, file) => sum + file.positions, 0));
    const planned = await engine.plan({ ...turn, question: 'What does beta do?', workspace: workspace(), maxTokens: 12 });
    expect(planned.read.map(({ displayPath, form }) => [displayPath, form])).toEqual(context.read.map(({ displayPath, form }) => [displayPath, form]));
    expect(planned.promptPositions).toBe(context.promptPositions);
    // Its base is what the first one began with.
    const next = await engine.ask({ ...turn, question: 'And alpha1?', history: [{ question: 'What does beta do?', answer: answer.text }], workspace: workspace() });
    expect(next.context.reusedPositions).toBeGreaterThan(0);
    const file = { path: path.join(bench.folder, 'kinds', 'beta.py') };
    await engine.complete({ workspace: workspace(), file, prefix: 'def beta(value):\n    return ', suffix: '\n', sampling: { ...sampling, maxTokens: 8 } });
    await engine.explain({ workspace: workspace(), file, symbol: 'beta', firstLine: 1, lastLine: 2, sampling: turn.sampling });
  });

  it('says what it is', async () => {
    const { info, parts } = await open(name);
    expect(info.decoderId).toBe(parts.bundle.manifest.decoder.id);
    expect(info.compressor).toBe(name.includes('pcc') ? 'pcc' : name.includes('arc') ? 'arc' : 'none');
    expect(parts.cutter.tokenizer === parts.tokenizer).toBe(name === 'chat, no compressor');
    expect(info.decoderPositions).toBe(2048);
  });

  it('takes as many positions as it is told', async () => {
    const engine = await bench.open({ ...bench.options(), bundleFolder: folders.get(name) ?? '', positions: 640 });
    expect(engine.info.decoderPositions).toBe(640);
    const { context } = await engine.ask({ ...turn, question: 'What does alpha1 do?', workspace: workspace() });
    expect(context.budget).toBe(640);
    expect(context.promptPositions + context.answerPositions).toBeLessThanOrEqual(640);
  });
});

describe('what the decoder reads', () => {
  it("is PCC's: each window's slots between two rows of the decoder's own, in its chat template", async () => {
    const engine = await open('chat, pcc');
    const { tokenizer } = engine.parts;
    const only = alone();
    // Nothing matches, so nothing stands near the question.
    const [prompt = []] = await promptsOf(engine, false, () => engine.ask({ ...turn, question: 'zzz', workspace: only }));
    const special = (token: string) => tokens([tokenizer.specialTokenId(token)]);
    const slots = await projectedSlots(engine, 'src/alpha.ts', only);
    expect(slots.length).toBeGreaterThan(1);
    const windows = await windowsOf(engine, 'src/alpha.ts', only);
    const { before, after } = engine.parts.prompt.conversation([], 'zzz', true);
    const expected = [
      tokens(before),
      tokens(tokenizer.encode('File: src/alpha.ts\n')),
      ...windows.flatMap(({ text }, i) => {
        const ids = tokenizer.encode(text);
        // The shortest way.
        return ids.length < 2 + 64 ? [tokens(ids)] : [special('<mem>'), embeddings(`${i}`, slots[i]!), special('</mem>')];
      }),
      tokens(after),
    ];
    expect(relativeError(rows(engine, prompt), rows(engine, expected))).toBeLessThan(1e-3);
  });

  it("is ARC's: runs of slots closed by one vector, in the plain text of its evaluation", async () => {
    const engine = await open('plain, arc, SentencePiece');
    const { tokenizer, compressor } = engine.parts;
    const only = alone();
    const [prompt = []] = await promptsOf(engine, false, () => engine.ask({ ...turn, question: 'zzz', workspace: only, history: [{ question: 'one', answer: 'two' }] }));
    const piece = (text: string) => tokens(tokenizer.encodePieces([{ kind: 'text', text }], true));
    const slots = await projectedSlots(engine, 'src/alpha.ts', only);
    expect(slots.length).toBeGreaterThan(1);
    const expected = [
      tokens([tokenizer.specialTokenId('<s>')]),
      piece('File: src/alpha.ts\n'),
      ...slots.map((window, i) => embeddings(`${i}`, window)),
      embeddings('cont', compressor!.projector.special('cont')),
      piece('Question: one\nAnswer: two\n\n'),
      piece('Question: zzz\nAnswer:'),
    ];
    expect(relativeError(rows(engine, prompt), rows(engine, expected))).toBeLessThan(1e-3);
  });

  it('when it says a window again is what each compressor was trained for', async () => {
    const recalled = async (name: KindName): Promise<{ readonly engine: Engine; readonly prompt: readonly DecoderSegment[]; readonly slots: Float32Array }> => {
      const engine = await open(name);
      const file = { path: path.join(bench.folder, 'kinds', 'beta.py') };
      const prompts = await promptsOf(engine, true, () => engine.reconstruct({ workspace: workspace(), file }));
      const [slots = new Float32Array(0)] = await projectedSlots(engine, 'beta.py');
      return { engine, prompt: prompts.at(-1) ?? [], slots };
    };
    const pcc = await recalled('chat, pcc');
    const row = (token: string) => tokens([pcc.engine.parts.tokenizer.specialTokenId(token)]);
    const published = [row('<|begin_of_text|>'), row('<mem>'), embeddings('slots', pcc.slots), row('</mem>'), row('<ae>')];
    expect(relativeError(rows(pcc.engine, pcc.prompt), rows(pcc.engine, published))).toBeLessThan(1e-3);
    const arc = await recalled('plain, arc, SentencePiece');
    const { projector } = arc.engine.parts.compressor!;
    const slotsFirst = [embeddings('slots', arc.slots), embeddings('rec', projector.special('rec')), tokens([arc.engine.parts.tokenizer.specialTokenId('<s>')])];
    expect(relativeError(rows(arc.engine, arc.prompt), rows(arc.engine, slotsFirst))).toBeLessThan(1e-3);
  });

  it('counts text in its own tokens where windows are cut with others', async () => {
    const engine = await open('plain, arc, SentencePiece');
    const file = path.join(bench.folder, 'kinds', 'beta.py');
    const { read } = await engine.plan({ ...turn, question: 'zzz', workspace: workspace(), mentions: [{ path: file }], maxTokens: 12 });
    const text = readFileSync(file, 'utf8');
    const raw = read.find(({ form }) => form.kind === 'raw');
    expect(raw).toMatchObject({ reason: 'mentioned', tokens: engine.parts.compressor!.tokenizer.encode(text).length });
    expect(raw?.positions).toBe(engine.parts.tokenizer.encode(text).length + engine.parts.prompt.header('beta.py').length);
    expect(engine.countTokens({ text })).toBe(engine.parts.tokenizer.encode(text).length);
  });

  it('has ratios that the compressor was made for, whatever the workspace wants', async () => {
    const engine = await open('chat, pcc');
    const { files } = await engine.files(workspace());
    expect(new Set(files.map(file => file.ratio))).toEqual(new Set([4]));
    expect(await engine.compress({ workspace: workspace() })).toMatchObject({ files: 2, slots: files.reduce((sum, file) => sum + 64 * file.windows, 0) });
    expect(await engine.measure({ workspace: workspace() })).toBe(files.reduce((sum, file) => sum + file.windows, 0));
  });
});

describe('without a compressor', () => {
  it('reads files as text, and no window twice', async () => {
    const engine = await open('chat, no compressor');
    const { context } = await engine.ask({ ...turn, question: 'What does alpha1 return?', workspace: workspace() });
    expect(new Set(context.read.map(({ form }) => form.kind))).toEqual(new Set(['raw']));
    expect(context.tokens).toBe(context.read.reduce((sum, file) => sum + file.tokens, 0));
  });

  it('says that there is nothing to compress, and has nothing to measure or to forget', async () => {
    const engine = await open('chat, no compressor');
    const file = { path: path.join(bench.folder, 'kinds', 'beta.py') };
    await expect(engine.compress({ workspace: workspace() })).rejects.toMatchObject({ code: 'no-compressor' });
    await expect(engine.reconstruct({ workspace: workspace(), file })).rejects.toMatchObject({ code: 'no-compressor' });
    expect(await engine.measure({ workspace: workspace() })).toBe(0);
    expect(await engine.forget(workspace(), [file.path])).toMatchObject({ windows: 0, slots: 0 });
    expect((await engine.files(workspace())).files.map(({ state, slots }) => [state, slots])).toEqual([['none', 0], ['none', 0]]);
    expect(engine.memory()).toMatchObject({ windows: 0 });
  });
});
