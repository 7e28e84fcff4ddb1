import type { Disposable } from '../../common/disposable';
import { ShorthandError } from '../../common/errors';
import type { RuntimeCore } from './koffiSession';
import { NativeHandle } from './nativeHandle';
import { checkStatus, created } from './ortStatus';
import { float32Zeros, type DeviceTensor, type Float32Tensor } from './tensor';

const float32Type = 1;

/** What ONNX Runtime calls the memory that JavaScript shares with it. */
const cpuMemory = 'Cpu';

/** Float32 memory of a device, as an `OrtValue`. */
export class OrtDeviceTensor implements DeviceTensor {
  readonly type = 'device';

  constructor(
    readonly shape: readonly number[],
    readonly handle: NativeHandle,
  ) {}
}

/** Memory of the device that a session runs on. It belongs to the session: dispose it before. */
export class DeviceMemory implements Disposable {
  readonly #core: RuntimeCore;
  readonly #session: NativeHandle;
  /** Allocators by the OrtMemoryInfo that they serve. */
  readonly #allocators = new Map<bigint, NativeHandle>();
  readonly #tensors: OrtDeviceTensor[] = [];

  constructor(core: RuntimeCore, session: NativeHandle) {
    this.#core = core;
    this.#session = session;
  }

  /** Memory where the graph wants its input `name`: an array of zeros where that is the CPU's. Errors: `out-of-memory`, `internal`. */
  allocate(name: string, shape: readonly number[]): Float32Tensor | DeviceTensor {
    const { native, api } = this.#core;
    const place = this.#placeOf(name);
    if (native.textAt(created(api, 'Name memory', api.memoryInfoGetName, place)) === cpuMemory) {
      return float32Zeros(shape);
    }
    const dimensions = BigInt64Array.from(shape, BigInt);
    const allocator = this.#allocator(place);
    const value = created(api, `Allocate ${name} on the device`, api.createTensorAsOrtValue, allocator.address, dimensions, shape.length, float32Type);
    allocator.acquire();
    const handle = new NativeHandle(value, address => {
      api.releaseValue(address);
      allocator.release();
    });
    const tensor = new OrtDeviceTensor(shape, handle);
    this.#tensors.push(tensor);
    return tensor;
  }

  dispose(): void {
    this.#tensors.forEach(({ handle }) => handle.dispose());
    this.#allocators.forEach(allocator => allocator.dispose());
  }

  #allocator(place: bigint): NativeHandle {
    let allocator = this.#allocators.get(place);
    if (allocator === undefined) {
      const { api } = this.#core;
      const address = created(api, 'Create an allocator', api.createAllocator, this.#session.address, place);
      // What it has allocated needs it, and it needs the session.
      this.#session.acquire();
      allocator = new NativeHandle(address, value => {
        api.releaseAllocator(value);
        this.#session.release();
      });
      this.#allocators.set(place, allocator);
    }
    return allocator;
  }

  /** The OrtMemoryInfo of a graph's input. */
  #placeOf(name: string): bigint {
    const { api } = this.#core;
    const names = this.#inputNames();
    const places = new BigUint64Array(names.length);
    checkStatus(api, api.sessionGetMemoryInfoForInputs(this.#session.address, places, names.length), 'Read the places of the inputs');
    const place = places[names.indexOf(name)];
    if (place === undefined) {
      throw new ShorthandError('internal', `The graph has no input ${name}.`);
    }
    return place;
  }

  #inputNames(): readonly string[] {
    const { native, api } = this.#core;
    const count = new BigUint64Array(1);
    checkStatus(api, api.sessionGetInputCount(this.#session.address, count), 'Count the inputs');
    const allocator = created(api, 'Get the allocator of texts', api.getAllocatorWithDefaultOptions);
    return Array.from({ length: Number(count[0]) }, (_, index) => {
      const text = created(api, 'Name an input', api.sessionGetInputName, this.#session.address, index, allocator);
      const name = native.textAt(text);
      checkStatus(api, api.allocatorFree(allocator, text), 'Free a name');
      return name;
    });
  }
}
