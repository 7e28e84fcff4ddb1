import { errorMessage, ShorthandError } from '../../common/errors';

/** What C functions are given: addresses, numbers, strings (copied for the call) and typed arrays (passed by address). */
export type NativeArgument = bigint | number | string | null | BigUint64Array | BigInt64Array | Int32Array;

/** A C function as koffi presents it. */
export interface NativeFunction {
  (...args: NativeArgument[]): unknown;
  async(...args: [...NativeArgument[], (error: unknown, result: unknown) => void]): void;
}

/** C types by koffi's names; `path` is ORTCHAR_T*: UTF-16 on Windows, UTF-8 elsewhere. */
export type NativeType = 'void' | 'void *' | 'int' | 'uint32_t' | 'size_t' | 'str' | 'str16';

/** The few things that the runtime needs from the foreign function interface. */
export interface Native {
  /** Loads a shared library for the life of the process and returns one of its functions. */
  libraryFunction(file: string, name: string, result: NativeType, args: readonly NativeType[]): NativeFunction;
  /** The function behind a pointer. */
  functionAt(address: bigint, result: NativeType, args: readonly NativeType[]): NativeFunction;
  /** The pointer stored at `address + offset` (bytes). */
  pointerAt(address: bigint, offset: number): bigint;
  /** The NUL-terminated UTF-8 text at `address`. */
  textAt(address: bigint): string;
  /** Where a typed array's first element lies. The array must not be collected or detached while native code uses the address. */
  addressOf(array: ArrayBufferView): bigint;
}

/**
 * Stack of the threads that asynchronous calls run on. ONNX Runtime's kernels need more than koffi's 128 KiB, and overflow is a crash
 * without a message.
 */
const asyncStackBytes = 8 * 1024 * 1024;

/** Loads koffi. It is not imported statically: a platform without its binary must get an error to show, not a failed start. */
export async function loadNative(): Promise<Native> {
  const { default: koffi } = await import('koffi').catch((error: unknown) => {
    throw new ShorthandError('runtime-unavailable', `The native function interface can't be loaded: ${errorMessage(error)}`, { cause: error });
  });
  if (koffi.config().async_stack_size !== asyncStackBytes) {
    koffi.config({ async_stack_size: asyncStackBytes });
  }
  return {
    libraryFunction: (file, name, result, args) => {
      const library = koffi.load(file);
      // A library whose handle is collected is unloaded under the code that runs in it.
      keptLibraries.push(library);
      return nativeFunction(library.func(name, result, [...args]));
    },
    functionAt: (address, result, args) => nativeFunction(koffi.decode(address, koffi.proto(result, [...args]))),
    pointerAt: (address, offset) => pointer(koffi.decode(address, offset, 'void *')),
    textAt: address => koffi.decode.string(address),
    addressOf: array => {
      // Small typed arrays live in V8's moving heap until their buffer is asked for.
      Reflect.get(array, 'buffer');
      return koffi.address(array);
    },
  };
}

const keptLibraries: unknown[] = [];

/** A pointer as koffi returns it: a BigInt, or null for NULL. */
export function pointer(value: unknown): bigint {
  if (typeof value === 'bigint') {
    return value;
  }
  if (value === null) {
    return 0n;
  }
  throw new ShorthandError('internal', `Expected a native pointer, got ${typeof value}.`);
}

function nativeFunction(value: unknown): NativeFunction {
  if (!isNativeFunction(value)) {
    throw new ShorthandError('internal', 'Expected a native function.');
  }
  return value;
}

function isNativeFunction(value: unknown): value is NativeFunction {
  return typeof value === 'function' && 'async' in value && typeof value.async === 'function';
}
