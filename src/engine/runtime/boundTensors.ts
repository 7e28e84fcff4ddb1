import type { Disposable } from '../../common/disposable';
import { ShorthandError } from '../../common/errors';
import { OrtDeviceTensor } from './deviceMemory';
import type { NativeArgument, Native } from './native';
import { NativeHandle } from './nativeHandle';
import type { OrtApi } from './ortApi';
import { created } from './ortStatus';
import { elementCount, type DeviceTensor, type NamedTensors, type Tensor } from './tensor';

/** ONNXTensorElementDataType of the C API. */
const elementTypes = { float32: 1, int32: 6, int64: 7 } as const satisfies Record<Tensor['type'], number>;

/**
 * The tensors of one binding in the form that `OrtApi.Run` takes them: arrays of names and of `OrtValue`s. A tensor that is both input and
 * output becomes one value, so that ONNX Runtime sees one buffer.
 */
export class BoundTensors implements Disposable {
  /** Names, values and count of the inputs, then the same of the outputs. */
  readonly arguments: readonly NativeArgument[];
  readonly #values = new Map<Tensor, NativeHandle>();
  readonly #device = new Set<OrtDeviceTensor>();
  /** Memory that native code has addresses of: referenced here so that it outlives every run. */
  readonly #kept: unknown[] = [];

  /** `memory` is the address of an OrtMemoryInfo for CPU memory. Errors: `internal` for a tensor whose data and shape disagree. */
  constructor(native: Native, api: OrtApi, memory: bigint, inputs: NamedTensors, outputs: NamedTensors) {
    try {
      const side = (tensors: NamedTensors): readonly [names: bigint, values: bigint, count: number] => {
        const entries = Object.entries(tensors);
        const names = entries.map(([name]) => native.addressOf(this.#keep(new TextEncoder().encode(`${name}\0`))));
        const values = entries.map(([name, tensor]) => this.#value(native, api, memory, name, tensor));
        return [this.#array(native, names), this.#array(native, values), entries.length];
      };
      const [inputNames, inputValues, inputCount] = side(inputs);
      const [outputNames, outputValues, outputCount] = side(outputs);
      this.arguments = [inputNames, inputValues, inputCount, outputNames, outputCount, outputValues];
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  dispose(): void {
    for (const value of this.#values.values()) {
      value.dispose();
    }
    this.#values.clear();
    this.#device.forEach(({ handle }) => handle.release());
    this.#device.clear();
    this.#kept.length = 0;
  }

  #value(native: Native, api: OrtApi, memory: bigint, name: string, tensor: Tensor | DeviceTensor): bigint {
    if (tensor.type === 'device') {
      return this.#deviceValue(name, tensor);
    }
    let handle = this.#values.get(tensor);
    if (handle === undefined) {
      const { data, shape, type } = tensor;
      if (elementCount(shape) !== data.length) {
        throw new ShorthandError('internal', `The tensor ${name} has ${data.length} elements, its shape [${shape.join(', ')}] needs ${elementCount(shape)}.`);
      }
      const dimensions = BigInt64Array.from(shape, BigInt);
      // An empty array has no address, and NULL is refused.
      const address = native.addressOf(this.#keep(data.length === 0 ? new Float32Array(1) : data));
      const args = [memory, address, data.byteLength, dimensions, shape.length, elementTypes[type]] as const;
      handle = new NativeHandle(created(api, `Bind ${name}`, api.createTensorWithDataAsOrtValue, ...args), value => api.releaseValue(value));
      this.#values.set(tensor, handle);
    }
    return handle.address;
  }

  /** The session's own value, which can't be freed while it is bound. */
  #deviceValue(name: string, tensor: DeviceTensor): bigint {
    if (!(tensor instanceof OrtDeviceTensor)) {
      throw new ShorthandError('internal', `The tensor ${name} is none of this runtime's.`);
    }
    if (!this.#device.has(tensor)) {
      tensor.handle.acquire();
      this.#device.add(tensor);
    }
    return tensor.handle.address;
  }

  #array(native: Native, addresses: readonly bigint[]): bigint {
    return native.addressOf(this.#keep(BigUint64Array.from(addresses)));
  }

  #keep<T>(memory: T): T {
    this.#kept.push(memory);
    return memory;
  }
}
