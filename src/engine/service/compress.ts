import type { CompressParams } from '../../common/engineProtocol';
import type { CompressProgress, CompressReport } from '../../common/workspace';
import { sum } from '../plan/plan';
import { scanFiles } from '../../scan/scanFiles';
import { scanWorkspace } from '../../scan/scanWorkspace';
import { windowBytes } from '../slots/slotEntry';
import { requireCompressor, type EngineParts, type Watch } from './engineParts';
import { fileRecord } from './fileStates';
import { encodeWindows, missingSlots, slotId, type SlotRequest } from './provideSlots';
import { throttle } from './throttle';
import { isIndexed, listCandidates, type IndexedFile } from './workspaceIndex';
import { engineRules } from './engineRules';

/** Files are read ahead until they hold this many tokens to encode: batches get full, and progress stays fine-grained. */
const tokensPerFlush = 8192;

/**
 * Makes slots for every window that has none: of the whole workspace, or of the files that are named. Files are read one after another; their
 * texts stay in the index, their tokens and slots do not. What was stored stays when the call is cancelled or the process dies.
 * Errors: `no-compressor`, `cancelled`, and those of the encoder and the store.
 */
export async function compress(parts: EngineParts, params: CompressParams, { signal, progress }: Watch<CompressProgress>): Promise<CompressReport> {
  const started = performance.now();
  const { encoder, code } = requireCompressor(parts);
  const { workspace, files } = params;
  const { roots, openFiles } = workspace;
  const ruleOf = engineRules(parts, workspace);
  const updates = throttle(progress);
  const state = { filesDone: 0, filesTotal: 0, tokens: 0, slots: 0, windowsEncoded: 0, windowsReused: 0 };
  const entries = files === undefined ? scanWorkspace(roots, { signal, openFiles }) : scanFiles(files, roots, { signal });
  const { candidates, skipped } = await listCandidates(entries, count => updates.report(() => ({ ...state, phase: 'scanning', filesTotal: count })));
  state.filesTotal = candidates.length;
  if (files === undefined) {
    parts.index.retain(candidates);
  }

  const left = [...skipped];
  const distinct = new Map<string, SlotRequest>();
  let sourceBytes = 0;
  let pendingFiles: IndexedFile[] = [];
  let pending: SlotRequest[] = [];
  const snapshot = (currentFile?: string): CompressProgress => ({ ...state, phase: 'encoding', ...(currentFile === undefined ? {} : { currentFile }) });

  const flush = async (): Promise<void> => {
    const missing = missingSlots(parts, pending);
    let encoded = 0;
    const current = pendingFiles.at(-1)?.displayPath;
    await encodeWindows(parts, missing, {
      priority: 'compress',
      signal,
      onProvided: (_, count) => {
        encoded += count;
        state.windowsEncoded += count;
        updates.report(() => snapshot(current));
      },
    });
    for (const file of pendingFiles) {
      const { ratio } = ruleOf(file.path);
      state.windowsReused += file.windows.length;
      state.tokens += file.tokenCount;
      state.slots += sum(file.windows, window => encoder.slotCount(window.tokenCount, ratio));
    }
    state.windowsReused -= encoded;
    state.filesDone += pendingFiles.length;
    parts.store.putFiles(pendingFiles.map(file => fileRecord(parts, file)));
    pendingFiles = [];
    pending = [];
    updates.report(() => snapshot(current));
  };

  let pendingTokens = 0;
  for (const candidate of candidates) {
    const file = await parts.index.read(candidate, signal);
    if (!isIndexed(file)) {
      left.push(file);
      state.filesTotal--;
      continue;
    }
    sourceBytes += file.bytes;
    pendingFiles.push(file);
    // Text that stands in several files is encoded once.
    const { ratio } = ruleOf(file.path);
    for (const window of file.windows) {
      const id = slotId(window.hash, ratio);
      if (!distinct.has(id)) {
        distinct.set(id, { window, ratio });
        pending.push({ window, ratio });
      }
    }
    pendingTokens += file.tokenCount;
    if (pendingTokens >= tokensPerFlush) {
      await flush();
      pendingTokens = 0;
    }
  }
  await flush();
  updates.always(snapshot());
  return {
    files: state.filesDone,
    tokens: state.tokens,
    slots: state.slots,
    sourceBytes,
    slotBytes: sum([...distinct.values()], ({ window, ratio }) => windowBytes({ slotCount: encoder.slotCount(window.tokenCount, ratio), slotBytes: code.slotBytes })),
    windowsEncoded: state.windowsEncoded,
    windowsReused: state.windowsReused,
    windowsEvicted: missingSlots(parts, [...distinct.values()]).length,
    skipped: left,
    milliseconds: performance.now() - started,
  };
}
