import { readFile } from 'node:fs/promises';
import { tokenizerFiles, type BundleManifest, type CompressorSpec, type TokenizerSpec } from '../../common/bundle';
import { DisposableStore } from '../../common/disposable';
import type { EngineOptions } from '../../common/engineProtocol';
import { providerNames, type ProviderChoice, type ProviderStatus } from '../../common/executionProviders';
import { statusText } from '../../common/providerText';
import { openBundle } from '../bundle/openBundle';
import { openSlotCode } from '../codes/openSlotCode';
import { Decoder } from '../decoder/decoder';
import { Projector } from '../encoder/projector';
import { SlotEncoder } from '../encoder/slotEncoder';
import { decoderBytes, estimateMemory, fittingPositions, totalBytes } from '../memory/estimate';
import { requireMemory } from '../memory/requireMemory';
import { openPrompt } from '../prompt/openPrompt';
import { chooseProvider } from '../providers/chooseProvider';
import { defaultProbe, openProbes, selectionFacts } from '../providers/openProviders';
import { PlacedRuntime } from '../providers/placedRuntime';
import { providerInfo } from '../providers/providerInfo';
import type { ProbeOptions } from '../providers/runProbe';
import { createOnnxRuntime } from '../runtime/koffiRuntime';
import { SlotStore } from '../slots/slotStore';
import { loadTokenizer } from '../tokenizer/loadTokenizer';
import { Engine } from './engine';
import type { EngineParts } from './engineParts';
import { longestHeader } from './fidelity';
import { InferenceLock } from './inferenceLock';
import { MeanSlots } from './similarity';
import { WorkspaceIndex } from './workspaceIndex';

/** Enough for a completion, and for a header, the slots of a window at any ratio and its text. */
function sidePositions(window: number): number {
  return Math.max(1024, 2 * window + longestHeader);
}

/** Tokens of a window where no encoder says how many it reads. */
const textWindow = 256;

/** Whether the windows of a compressor are cut with the decoder's own tokenizer: files of one content, under whatever names. */
function isSameTokenizer({ decoder, files }: BundleManifest, compressor: CompressorSpec): boolean {
  const hashes = new Map(files.map(file => [file.path, file.sha256]));
  const identity = (spec: TokenizerSpec): string => [spec.kind, ...tokenizerFiles(spec).map(file => hashes.get(file))].join();
  return identity(decoder.tokenizer) === identity(compressor.tokenizer);
}

/** What an engine finds around it. */
export interface Surroundings {
  readonly probe: ProbeOptions;
  /** Memory that the system would give without taking it from others. */
  readonly availableBytes: () => number;
}

/** Opens an engine. Errors: `bundle-*`, `store-*`, `runtime-unavailable`, `out-of-memory`, `model-too-large`; nothing stays open after one. */
export async function openEngine(options: EngineOptions, surroundings: Partial<Surroundings> = {}): Promise<Engine> {
  const { parts, dispose } = await openParts(options, surroundings);
  return new Engine(parts, { dispose });
}

/** Opens the parts of an engine, for what measures them one by one. Errors as for `openEngine`. */
export async function openParts(options: EngineOptions, { probe = defaultProbe, availableBytes = () => process.availableMemory() }: Partial<Surroundings> = {}): Promise<{ readonly parts: EngineParts; readonly dispose: () => void }> {
  const disposables = new DisposableStore();
  const dispose = (): void => disposables.dispose();
  try {
    const { threads, storeFile, storeBudgetBytes } = options;
    const bundle = await openBundle(options.bundleFolder);
    const { decoder: spec, compressor: compressorSpec } = bundle.manifest;
    const readText = (file: string): Promise<string> => readFile(bundle.file(file), 'utf8');
    const tokenizer = await loadTokenizer(spec.tokenizer, readText);
    const prompt = await openPrompt(spec.prompt, tokenizer, readText);
    const store = disposables.add(new SlotStore(storeFile, { budgetBytes: storeBudgetBytes }));
    const warn = warnOnce();
    const free = availableBytes();
    const most = compressorSpec?.encoder.window ?? textWindow;
    const capacity = fittingPositions(bundle.manifest, options.positions, sidePositions(most), free);
    const memory = estimateMemory(bundle.manifest, capacity, sidePositions(most));
    requireMemory(bundle.manifest.id, memory, free);
    const library = disposables.add(await createOnnxRuntime());
    const selection = await chooseProvider(options.provider, selectionFacts(library, decoderBytes(bundle.manifest)), await openProbes(library, options, probe, warn));
    const runtime = new PlacedRuntime(library, selection.provider);
    const compressor = compressorSpec && {
      tokenizer: isSameTokenizer(bundle.manifest, compressorSpec) ? tokenizer : await loadTokenizer(compressorSpec.tokenizer, readText),
      encoder: disposables.add(await SlotEncoder.open(runtime, bundle, compressorSpec, { threads })),
      // On the CPU: the codes of a window should be the same wherever the models run.
      code: disposables.add(await openSlotCode(library, bundle, compressorSpec, { threads })),
      projector: disposables.add(await Projector.open(runtime, bundle, compressorSpec, { threads })),
    };
    const cutter = { tokenizer: compressor?.tokenizer ?? tokenizer, most };
    const decoder = disposables.add(await Decoder.open(runtime, bundle, { threads, capacity, chunk: selection.chunk }));
    let side: Decoder | undefined;
    const sideDecoder = (): Decoder => (side ??= decoder.fork(sidePositions(most)));
    const index = new WorkspaceIndex(cutter);
    tellOfFallback(options.provider, providerInfo(selection, runtime), warn);
    return {
      parts: {
        bundle,
        runtime,
        providers: providerInfo(selection, runtime),
        memoryBytes: totalBytes(memory),
        tokenizer,
        prompt,
        compressor,
        cutter,
        decoder,
        sideDecoder,
        store,
        index,
        means: new MeanSlots(),
        warn,
        lock: new InferenceLock(),
      },
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** Says in the log why another provider runs the models than was asked for. */
function tellOfFallback(choice: ProviderChoice, providers: readonly ProviderStatus[], warn: (line: string) => void): void {
  const status = providers.find(({ provider }) => provider === choice);
  if (status !== undefined && status.state !== 'used') {
    warn(`${providerNames[status.provider]} is not used, the CPU is: ${statusText(status)}`);
  }
}

function warnOnce(): (line: string) => void {
  const told = new Set<string>();
  return line => {
    if (!told.has(line)) {
      told.add(line);
      process.stderr.write(`${line}\n`);
    }
  };
}
