import type { CatalogueModel } from './catalogue';
import { memoryNeeded, parametersOf } from './modelMemory';

/** Chat models that are recommended at a time: more would be no recommendation. */
const most = 4;
/** The share of a machine's memory that a model may take: editors, browsers and builds need the rest. */
const share = 0.5;

export interface RankedModel {
  readonly model: CatalogueModel;
  readonly memoryBytes: number;
  readonly fits: boolean;
}

export interface Recommendation {
  /**
   * The largest chat models that fit, those with a compressor first, since they read more; then the largest base model with a compressor.
   */
  readonly recommended: readonly RankedModel[];
  /** All others, smallest first. */
  readonly others: readonly RankedModel[];
}

/** Which models suit a machine with so much memory, in bytes. */
export function recommend(models: readonly CatalogueModel[], memoryBytes: number): Recommendation {
  const ranked = models.map((model): RankedModel => {
    const needed = memoryNeeded(model);
    return { model, memoryBytes: needed, fits: needed <= memoryBytes * share };
  });
  const best = ranked
    .filter(({ fits }) => fits)
    .sort((a, b) => Number(b.model.compressor !== undefined) - Number(a.model.compressor !== undefined) || parametersOf(b.model.decoder.shape) - parametersOf(a.model.decoder.shape));
  const chat = best.filter(({ model }) => model.trainedFor === 'chat').slice(0, most);
  const base = best.filter(({ model }) => model.trainedFor === 'base' && model.compressor !== undefined).slice(0, 1);
  const recommended = [...chat, ...base];
  const others = ranked.filter(entry => !recommended.includes(entry)).sort((a, b) => a.memoryBytes - b.memoryBytes);
  return { recommended, others };
}
