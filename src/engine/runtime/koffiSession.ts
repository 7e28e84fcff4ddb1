import type { Disposable } from '../../common/disposable';
import { KoffiBinding } from './koffiBinding';
import type { Native } from './native';
import { NativeHandle } from './nativeHandle';
import type { OnnxSession } from './onnxRuntime';
import type { OrtApi } from './ortApi';
import { callAsync, checkStatus, created } from './ortStatus';
import type { NamedTensors } from './tensor';

/** What every session of one runtime shares. */
export interface RuntimeCore {
  readonly native: Native;
  readonly api: OrtApi;
  readonly env: NativeHandle;
  /** OrtMemoryInfo of plain CPU memory: where JavaScript's typed arrays lie. */
  readonly memory: NativeHandle;
}

/** ONNX Runtime's own keys (onnxruntime_session_options_config_keys.h). */
const sessionConfig: readonly (readonly [key: string, value: string])[] = [
  // Idle workers sleep instead of spinning: an editor's battery and fan count for more than the microseconds between two operators.
  ['session.intra_op.allow_spinning', '0'],
  // Lets `executionProviders` tell what really runs the graph.
  ['session.record_ep_graph_assignment_info', '1'],
];

export class KoffiSession implements OnnxSession {
  readonly executionProviders: readonly string[];
  readonly #core: RuntimeCore;
  readonly #handle: NativeHandle;
  readonly #bindings = new Set<Disposable>();
  readonly #onDispose: () => void;

  private constructor(core: RuntimeCore, handle: NativeHandle, onDispose: () => void) {
    this.#core = core;
    this.#handle = handle;
    this.#onDispose = onDispose;
    this.executionProviders = readProviders(core, handle.address);
  }

  static async load(core: RuntimeCore, modelPath: string, threads: number, onDispose: () => void): Promise<KoffiSession> {
    const handle = await createSession(core, modelPath, threads);
    try {
      return new KoffiSession(core, handle, onDispose);
    } catch (error) {
      handle.dispose();
      throw error;
    }
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
    this.#handle.dispose();
    this.#onDispose();
  }
}

async function createSession({ api, env, native }: RuntimeCore, modelPath: string, threads: number): Promise<NativeHandle> {
  const options = new NativeHandle(created(api, 'Create session options', api.createSessionOptions), value => api.releaseSessionOptions(value));
  const environment = env.acquire();
  try {
    checkStatus(api, api.setIntraOpNumThreads(options.address, threads), 'Set the thread count');
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

function readProviders({ api, native }: RuntimeCore, session: bigint): readonly string[] {
  const subgraphs = new BigUint64Array(1);
  const count = new BigUint64Array(1);
  checkStatus(api, api.sessionGetEpGraphAssignmentInfo(session, subgraphs, count), 'Read the execution providers');
  const names = new Set<string>();
  for (let index = 0; index < Number(count[0]); index++) {
    const subgraph = native.pointerAt(subgraphs[0] ?? 0n, index * 8);
    names.add(native.textAt(created(api, 'Read an execution provider', api.epAssignedSubgraphGetEpName, subgraph)));
  }
  return [...names];
}
