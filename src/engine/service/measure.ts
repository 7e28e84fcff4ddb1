import type { MeasureParams } from '../../common/engineProtocol';
import type { EngineParts, Watch } from './engineParts';
import { measureFidelity, recallPrompt } from './fidelity';
import { readWorkspace } from './readWorkspace';
import { slotId, slotKey } from './provideSlots';
import { throttle } from './throttle';
import { engineRules } from './engineRules';

/**
 * Measures the fidelity of every window that has slots and none measured, one at a time and behind every answer. What was measured stays when
 * the call is cancelled. Returns how many were: none without a compressor. Errors: `cancelled`, `store-*`, and the decoder's.
 */
export async function measure(
  parts: EngineParts,
  { workspace, files: wanted }: MeasureParams,
  { signal, progress }: Watch<{ readonly windowsDone: number; readonly windowsTotal: number }>,
): Promise<number> {
  if (parts.compressor === undefined) {
    return 0;
  }
  const { files } = await readWorkspace(parts, workspace, signal);
  const only = wanted && new Set(wanted);
  const ruleOf = engineRules(parts, workspace);
  const windows = new Map(
    files
      .filter(file => only?.has(file.path) ?? true)
      .flatMap(file => {
        const { ratio } = ruleOf(file.path);
        return file.windows.map(window => [slotId(window.hash, ratio), { window, displayPath: file.displayPath, key: slotKey(parts, window.hash, ratio) }] as const);
      }),
  );
  const all = [...windows.values()];
  const known = parts.store.shapesOf(all.map(({ key }) => key));
  const open = all.filter((_, i) => known[i] !== undefined && known[i].fidelity === undefined);
  const updates = throttle(progress);
  let windowsDone = 0;
  const snapshot = () => ({ windowsDone, windowsTotal: open.length });
  updates.always(snapshot());
  for (const { window, displayPath, key } of open) {
    await parts.lock.run('compress', signal, async () => {
      const [entry] = parts.store.getMany([key]);
      // It may have been evicted or forgotten since.
      if (entry !== undefined) {
        const recall = await recallPrompt(parts, displayPath, entry);
        parts.store.putFidelity(key, await measureFidelity(parts, recall, parts.tokenizer.encode(window.text), signal));
      }
    });
    windowsDone++;
    updates.report(snapshot);
  }
  updates.always(snapshot());
  return windowsDone;
}
