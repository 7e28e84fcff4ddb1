import type { Disposable } from '../../common/disposable';
import type { ExecutionProvider } from '../../common/executionProviders';
import { KoffiBinding } from './koffiBinding';
import { DeviceMemory } from './deviceMemory';
import type { Native } from './native';
import { NativeHandle } from './nativeHandle';
import { readPlacement } from './nodePlacement';
import type { OnnxSession } from './onnxRuntime';
import type { OrtApi } from './ortApi';
import { callAsync, checkStatus, created } from './ortStatus';
import { appendProvider, ortNames } from './providerOptions';
import type { DeviceTensor, Float32Tensor, NamedTensors } from './tensor';

/** What every session of one runtime shares. */
export interface RuntimeCore {
  readonly native: Native;
  readonly api: OrtApi;
  readonly env: NativeHandle;
  /** OrtMemoryInfo of plain CPU memory: where JavaScript's typed arrays lie. */
  readonly memory: NativeHandle;
}

/** How and where a session runs. */
interface Placement {
  readonly threads: number;
  readonly provider: ExecutionProvider;
}

/** ONNX Runtime's own keys (onnxruntime_session_options_config_keys.h). */
const sessionConfig: readonly (readonly [key: string, value: string])[] = [
  // Idle workers sleep instead of spinning: an editor's battery and fan count for more than the microseconds between two operators.
  ['session.intra_op.allow_spinning', '0'],
  // Lets `cpuOperators` tell what really runs the graph.
  ['session.record_ep_graph_assignment_info', '1'],
];

export class KoffiSession implements OnnxSession {
  readonly cpuOperators: ReadonlySet<string>;
  readonly #device: DeviceMemory;
  readonly #core: RuntimeCore;
  readonly #handle: NativeHandle;
  readonly #bindings = new Set<Disposable>();
  readonly #onDispose: () => void;

  private constructor(core: RuntimeCore, handle: NativeHandle, readonly provider: ExecutionProvider, onDispose: () => void) {
    this.#core = core;
    this.#handle = handle;
    this.#onDispose = onDispose;
    this.cpuOperators = readPlacement(core.native, core.api, handle.address).get(ortNames.cpu) ?? new Set();
    this.#device = new DeviceMemory(core, handle);
  }

  static async load(core: RuntimeCore, modelPath: string, { threads, provider }: Placement, onDispose: () => void): Promise<KoffiSession> {
    const handle = await createSession(core, modelPath, { threads, provider });
    try {
      return new KoffiSession(core, handle, provider, onDispose);
    } catch (error) {
      handle.dispose();
      throw error;
    }
  }

  allocate(input: string, shape: readonly number[]): Float32Tensor | DeviceTensor {
    return this.#device.allocate(input, shape);
  }

  bind(inputs: NamedTensors, outputs: NamedTensors): KoffiBinding {
    const binding = new KoffiBinding(this.#core, this.#handle, inputs, outputs, () => this.#bindings.delete(binding));
    this.#bindings.add(binding);
    return binding;
  }

  async run(inputs: NamedTensors, outputs: NamedTensors, signal?: AbortSignal): Promise<void> {
    const binding = this.bind(inputs, outputs);
    try {
      await binding.run(signal);
    } finally {
      binding.dispose();
    }
  }

  /** Ends runs that are under way and frees the session when they have returned. */
  dispose(): void {
    for (const binding of this.#bindings) {
      binding.dispose();
    }
    this.#device.dispose();
    this.#handle.dispose();
    this.#onDispose();
  }
}

async function createSession({ api, env, native }: RuntimeCore, modelPath: string, { threads, provider }: Placement): Promise<NativeHandle> {
  const options = new NativeHandle(created(api, 'Create session options', api.createSessionOptions), value => api.releaseSessionOptions(value));
  const environment = env.acquire();
  try {
    checkStatus(api, api.setIntraOpNumThreads(options.address, threads), 'Set the thread count');
    appendProvider(native, api, options.address, provider);
    for (const [key, value] of sessionConfig) {
      checkStatus(api, api.addSessionConfigEntry(options.address, key, value), `Set ${key}`);
    }
    const out = new BigUint64Array(1);
    // On a worker: reading and repacking weights takes from tens of milliseconds to seconds.
    const status = await callAsync(api.createSession, environment, modelPath, options.address, native.addressOf(out));
    // A graph that is whole but not accepted asks for something that this ONNX Runtime hasn't got.
    checkStatus(api, status, `Load ${modelPath}`, 'bundle-unsupported');
    return new NativeHandle(out[0] ?? 0n, value => {
      api.releaseSession(value);
      env.release();
    });
  } catch (error) {
    env.release();
    throw error;
  } finally {
    options.dispose();
  }
}
