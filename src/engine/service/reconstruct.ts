import type { ReconstructParams } from '../../common/engineProtocol';
import type { OpenFile, WindowMemory, Workspace } from '../../common/workspace';
import { ShorthandError, throwIfCancelled } from '../../common/errors';
import { generate } from '../generate/generate';
import { scanFiles } from '../../scan/scanFiles';
import { requireCompressor, type EngineParts, type Watch } from './engineParts';
import { measureFidelity, recallPrompt } from './fidelity';
import { provideSlots, slotId, slotKey } from './provideSlots';
import { tryToStore } from './tryToStore';
import { isIndexed, listCandidates, type IndexedFile } from './workspaceIndex';
import { engineRules } from './engineRules';

export interface Reconstruction {
  readonly windows: WindowMemory[];
}

/**
 * Has the decoder say a file again, window by window, from the slots of each window alone: greedily, at most as many tokens as the window has. Windows
 * without slots are encoded first. Errors: `no-compressor`, `cancelled`, `nothing-to-read`, and those of the encoder, the store and the decoder.
 */
export async function reconstruct(
  parts: EngineParts,
  { workspace, file }: ReconstructParams,
  { signal, progress }: Watch<Reconstruction & { readonly windowsTotal: number }>,
): Promise<Reconstruction> {
  requireCompressor(parts);
  const source = await readFile(parts, workspace, file, signal);
  const { ratio } = engineRules(parts, workspace)(source.path);
  const slots = await provideSlots(parts, source.windows.map(window => ({ window, ratio })), { priority: 'answer', signal });
  const windows: WindowMemory[] = [];
  progress?.({ windows: [], windowsTotal: source.windows.length });
  for (const window of source.windows) {
    const { hash, text, tokenCount, firstLine, lastLine } = window;
    const entry = slots.get(slotId(hash, ratio));
    if (entry === undefined) {
      throw new ShorthandError('internal', `Window ${hash} has no slots.`);
    }
    const recalled = await parts.lock.run('answer', signal, async () => {
      const recall = await recallPrompt(parts, source.displayPath, entry);
      const tokens = parts.tokenizer.encode(text);
      const fidelity = await measureFidelity(parts, recall, tokens, signal);
      const written = await generate(parts.sideDecoder(), parts.tokenizer, recall.prompt, {
        sampling: { temperature: 0, topP: 1, repetitionPenalty: 1, maxTokens: tokens.length, seed: 0, stop: [] },
        endTokens: parts.prompt.endTokens,
        ...(signal && { signal }),
      });
      return { fidelity, text: written.text };
    });
    throwIfCancelled(signal);
    tryToStore(parts, () => parts.store.putFidelity(slotKey(parts, hash, ratio), recalled.fidelity));
    windows.push({ firstLine, lastLine, tokens: tokenCount, slots: entry.slotCount, ratio, ...recalled });
    progress?.({ windows: [...windows], windowsTotal: source.windows.length });
  }
  return { windows };
}

async function readFile(parts: EngineParts, { roots }: Workspace, file: OpenFile, signal: AbortSignal | undefined): Promise<IndexedFile> {
  const { candidates, skipped } = await listCandidates(scanFiles([file], roots, { signal }));
  const [candidate] = candidates;
  const read = candidate === undefined ? skipped[0] : await parts.index.read(candidate, signal);
  if (read === undefined || !isIndexed(read)) {
    throw new ShorthandError('nothing-to-read', `${file.path} can't be read: ${read?.detail ?? ''}`);
  }
  return read;
}
