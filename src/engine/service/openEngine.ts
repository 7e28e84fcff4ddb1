import { readFile } from 'node:fs/promises';
import { DisposableStore } from '../../common/disposable';
import type { EngineOptions } from '../../common/engineProtocol';
import { openBundle } from '../bundle/openBundle';
import { kvCapacity } from '../decoder/capacity';
import { Decoder } from '../decoder/decoder';
import { Projector } from '../encoder/projector';
import { SlotEncoder } from '../encoder/slotEncoder';
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

/** Opens an engine. Errors: `bundle-*`, `store-*`, `runtime-unavailable`, `out-of-memory`; nothing stays open after one. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { parts, dispose } = await openParts(options);
  return new Engine(parts, { dispose });
}

/** Opens the parts of an engine, for what measures them one by one. Errors as for `openEngine`. */
export async function openParts(options: EngineOptions): Promise<{ readonly parts: EngineParts; readonly dispose: () => void }> {
  const disposables = new DisposableStore();
  const dispose = (): void => disposables.dispose();
  try {
    const { threads, storeFile, storeBudgetBytes } = options;
    const bundle = await openBundle(options.bundleFolder);
    const tokenizer = await loadTokenizer(bundle.manifest.decoder.tokenizer, file => readFile(bundle.file(file), 'utf8'));
    const store = disposables.add(new SlotStore(storeFile, { budgetBytes: storeBudgetBytes }));
    const runtime = disposables.add(await createOnnxRuntime());
    const encoder = disposables.add(await SlotEncoder.open(runtime, bundle, { threads }));
    const projector = disposables.add(await Projector.open(runtime, bundle, { threads }));
    const decoder = disposables.add(await Decoder.open(runtime, bundle, { threads, capacity: kvCapacity(bundle.manifest.decoder, options.positions, process.availableMemory()) }));
    let side: Decoder | undefined;
    const sideDecoder = (): Decoder => (side ??= decoder.fork(sidePositions(encoder.spec.window)));
    const index = new WorkspaceIndex(tokenizer, encoder.spec.window);
    return { parts: { bundle, runtime, tokenizer, encoder, projector, decoder, sideDecoder, store, index, means: new MeanSlots(), warn: warnOnce(), lock: new InferenceLock() }, dispose };
  } catch (error) {
    dispose();
    throw error;
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
