import { meanFidelity } from '../../src/common/fidelity';
import type { MapFile } from '../../src/common/mapProtocol';
import type { FileMemory } from '../../src/common/workspace';

/** The figures of a file or of several together. */
export interface Summary {
  readonly files: number;
  readonly compressed: number;
  readonly tokens: number;
  readonly slots: number;
  /** `compressed` when all of them are, `stale` when one of them is, else `none`. */
  readonly state: FileMemory['state'];
  /** Of the compressed ones; undefined where there are none or they differ. */
  readonly ratio: FileMemory['ratio'] | undefined;
  readonly fidelity: number | undefined;
  readonly pinned: boolean;
  /** Decoder positions of the last answer; undefined when it read nothing of them. */
  readonly positionsRead: number | undefined;
}

export function summarise(files: readonly MapFile[]): Summary {
  const compressed = files.filter(file => file.state === 'compressed');
  const ratios = new Set(compressed.map(file => file.ratio));
  const [ratio] = ratios;
  const read = files.flatMap(file => file.positionsRead ?? []);
  return {
    files: files.length,
    compressed: compressed.length,
    tokens: files.reduce((sum, file) => sum + file.tokens, 0),
    slots: files.reduce((sum, file) => sum + file.slots, 0),
    state: files.some(file => file.state === 'stale') ? 'stale' : compressed.length === files.length ? 'compressed' : 'none',
    ratio: ratios.size === 1 ? ratio : undefined,
    fidelity: meanFidelity(files),
    pinned: files.some(file => file.pinned),
    positionsRead: read.length === 0 ? undefined : read.reduce((sum, positions) => sum + positions, 0),
  };
}
