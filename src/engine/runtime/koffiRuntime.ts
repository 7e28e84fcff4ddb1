import { availableParallelism } from 'node:os';
import { ShorthandError } from '../../common/errors';
import { executionProviders, type ExecutionProvider } from '../../common/executionProviders';
import { findOnnxRuntimeLibrary } from './libraryPath';
import { KoffiSession, type RuntimeCore } from './koffiSession';
import { loadNative, pointer, type Native } from './native';
import { NativeHandle } from './nativeHandle';
import type { OnnxRuntime, SessionOptions } from './onnxRuntime';
import { loadOrtApi, type OrtApi } from './ortApi';
import { checkStatus, created } from './ortStatus';
import { ortNames } from './providerOptions';

/** Log levels ERROR and FATAL: what goes wrong comes back as a status, most often with the same text, and standard error belongs to the engine. */
const errorLevel = 3;
const fatalLevel = 4;
const deviceAllocator = 0;
const defaultMemory = 0;

/** More threads than this only wait for each other with models of this size. */
const mostThreads = 8;

export interface RuntimeOptions {
  /** Folder of the npm package `onnxruntime-node`; found from this module when absent. */
  readonly packageFolder?: string;
  /** Has the library write errors to standard error too: some say more there. */
  readonly logErrors?: boolean;
}

/** Loads the native library. Errors: `runtime-unavailable`. */
export async function createOnnxRuntime({ packageFolder, logErrors = false }: RuntimeOptions = {}): Promise<OnnxRuntime> {
  const file = findOnnxRuntimeLibrary(packageFolder);
  const native = await loadNative();
  try {
    return new KoffiRuntime(native, file, logErrors ? errorLevel : fatalLevel);
  } catch (error) {
    throw ShorthandError.is(error) ? error : new ShorthandError('runtime-unavailable', `ONNX Runtime can't be loaded from ${file}.`, { cause: error });
  }
}

class KoffiRuntime implements OnnxRuntime {
  readonly version: string;
  readonly providers: readonly ExecutionProvider[];
  readonly #core: RuntimeCore;
  readonly #sessions = new Set<KoffiSession>();

  constructor(native: Native, libraryFile: string, logLevel: number) {
    const { api, version } = loadOrtApi(native, libraryFile);
    this.version = version;
    this.providers = readProviders(native, api);
    const env = new NativeHandle(created(api, 'Create the environment', api.createEnv, logLevel, 'shorthand'), value => api.releaseEnv(value));
    const memory = new NativeHandle(created(api, 'Describe CPU memory', api.createCpuMemoryInfo, deviceAllocator, defaultMemory), value => api.releaseMemoryInfo(value));
    // Official Windows builds report usage events; nothing may leave the machine.
    checkStatus(api, api.disableTelemetryEvents(env.address), 'Disable telemetry');
    this.#core = { native, api, env, memory };
  }

  async load(modelPath: string, { threads, provider = 'cpu' }: SessionOptions): Promise<KoffiSession> {
    const placement = { threads: threads === 0 ? defaultThreads() : threads, provider };
    const session = await KoffiSession.load(this.#core, modelPath, placement, () => this.#sessions.delete(session));
    this.#sessions.add(session);
    return session;
  }

  dispose(): void {
    for (const session of this.#sessions) {
      session.dispose();
    }
    this.#core.memory.dispose();
    this.#core.env.dispose();
  }
}

/** Half of the processors that the process may use, because the user's editor runs on them too; at least one. */
function defaultThreads(): number {
  return Math.max(1, Math.min(mostThreads, Math.ceil(availableParallelism() / 2)));
}

/** The providers that the library was built with. Those in libraries of their own are listed whether these are there or not. */
function readProviders(native: Native, api: OrtApi): readonly ExecutionProvider[] {
  const names = new BigUint64Array(1);
  const count = new Int32Array(1);
  checkStatus(api, api.getAvailableProviders(names, count), 'List the execution providers');
  const [list = 0n] = names;
  const [length = 0] = count;
  const available = Array.from({ length }, (_, index) => native.textAt(pointer(native.pointerAt(list, index * 8))));
  checkStatus(api, api.releaseAvailableProviders(list, length), 'Release the list of execution providers');
  return executionProviders.filter(provider => available.includes(ortNames[provider]));
}
