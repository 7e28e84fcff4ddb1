import { assertNever } from '../../common/assertNever';
import type { CatalogueModel, ModelShape } from './catalogue';

/** Bytes that a weight takes: its integer, and its share of the float32 scale of a block of 32. */
const weightBytes = { int4: 0.5 + 4 / 32, int8: 1 + 4 / 32 } as const;
/** The table of embeddings is kept in float16. */
const embeddingBytes = 2;
/** Keys and values are kept in float32. */
const cacheBytes = 4;
/** The cache is made for so many positions, unless the decoder has fewer. */
const cachePositions = 8192;
/** What a run needs besides, as a share: activations, the runtime, and the engine itself. */
const besides = 0.1;
const engineBytes = 200_000_000;

export type WeightKind = CatalogueModel['weights'];

/** Weights of all matrices; norms and biases are too few to count. */
export function parametersOf(shape: ModelShape): number {
  return matrixWeights(shape) + embeddings(shape) + (shape.head === 'own' ? embeddings(shape) : 0);
}

/**
 * Bytes of memory that a model takes while it answers: its matrices as they are stored, the table of embeddings, keys and values of the context, and a
 * tenth for the run. A compressor adds its own matrices and embeddings; it keeps nothing between runs.
 */
export function memoryNeeded({ decoder, compressor, weights }: Pick<CatalogueModel, 'decoder' | 'compressor' | 'weights'>): number {
  const { shape } = decoder;
  const cache = 2 * shape.layers * shape.kvHeads * shape.headSize * Math.min(shape.positions, cachePositions) * cacheBytes;
  const encoder = compressor === undefined ? 0 : storedBytes(compressor.shape, 'int8');
  return Math.round((storedBytes(shape, weights) + encoder + cache) * (1 + besides)) + engineBytes;
}

/** Bytes of the files that a transformer becomes. */
export function storedBytes(shape: ModelShape, weights: WeightKind): number {
  return (matrixWeights(shape) + headWeights(shape)) * weightBytes[weights] + embeddings(shape) * embeddingBytes;
}

/** A tied head is stored once more, as a matrix: the table of embeddings is a lookup. */
function headWeights(shape: ModelShape): number {
  switch (shape.head) {
    case 'tied':
    case 'own':
      return embeddings(shape);
    case 'none':
      return 0;
    default:
      return assertNever(shape.head);
  }
}

function matrixWeights({ layers, width, heads, kvHeads, headSize, inner, feedForward }: ModelShape): number {
  const attention = 2 * width * heads * headSize + 2 * width * kvHeads * headSize;
  return layers * (attention + (feedForward === 'gated' ? 3 : 2) * width * inner);
}

function embeddings({ vocabulary, width }: ModelShape): number {
  return vocabulary * width;
}
