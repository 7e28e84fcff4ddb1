import { errorMessage, ShorthandError } from '../../common/errors';

export interface Float32Tensor {
  readonly type: 'float32';
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

export interface Int64Tensor {
  readonly type: 'int64';
  readonly data: BigInt64Array;
  readonly shape: readonly number[];
}

export interface Int32Tensor {
  readonly type: 'int32';
  readonly data: Int32Array;
  readonly shape: readonly number[];
}

/**
 * A dense row-major tensor over memory that JavaScript owns, of a type that the graphs of a bundle take or give. ONNX Runtime reads and
 * writes that memory in place, so one `Tensor` may be bound as an input and an output of the same run (a KV cache that grows where it lies).
 */
export type Tensor = Float32Tensor | Int64Tensor | Int32Tensor;

/**
 * Float32 memory of the device that a session runs on, made by `OnnxSession.allocate`. JavaScript can't read it; what a run writes there is
 * there for the next one. It is freed with the session.
 */
export interface DeviceTensor {
  readonly type: 'device';
  readonly shape: readonly number[];
}

/** Tensors by the name that the graph gives them. */
export type NamedTensors = Readonly<Record<string, Tensor | DeviceTensor>>;

/** The product of the dimensions; 1 for a scalar's `[]`. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function float32(data: Float32Array, shape: readonly number[]): Float32Tensor {
  return { type: 'float32', data, shape };
}

export function int64(data: BigInt64Array, shape: readonly number[]): Int64Tensor {
  return { type: 'int64', data, shape };
}

export function int32(data: Int32Array, shape: readonly number[]): Int32Tensor {
  return { type: 'int32', data, shape };
}

/** A new float32 tensor of zeros. Errors: `out-of-memory`. */
export function float32Zeros(shape: readonly number[]): Float32Tensor {
  try {
    return float32(new Float32Array(elementCount(shape)), shape);
  } catch (error) {
    const what = `A tensor of shape [${shape.join(', ')}] can't be allocated: ${errorMessage(error)}`;
    throw new ShorthandError(error instanceof RangeError ? 'out-of-memory' : 'internal', what, { cause: error });
  }
}
