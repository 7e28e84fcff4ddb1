import { ShorthandError, throwIfCancelled } from '../../common/errors';
import { BoundTensors } from './boundTensors';
import type { RuntimeCore } from './koffiSession';
import type { NativeArgument } from './native';
import { NativeHandle } from './nativeHandle';
import type { OnnxBinding } from './onnxRuntime';
import { callAsync, checkStatus, created } from './ortStatus';
import type { NamedTensors } from './tensor';

export class KoffiBinding implements OnnxBinding {
  readonly #core: RuntimeCore;
  readonly #session: NativeHandle;
  readonly #tensors: BoundTensors;
  readonly #options: NativeHandle;
  readonly #onDispose: () => void;
  #state: 'idle' | 'running' | 'terminating' = 'idle';
  #disposed = false;

  constructor(core: RuntimeCore, session: NativeHandle, inputs: NamedTensors, outputs: NamedTensors, onDispose: () => void) {
    const { native, api, memory } = core;
    this.#core = core;
    this.#session = session;
    this.#onDispose = onDispose;
    this.#tensors = new BoundTensors(native, api, memory.address, inputs, outputs);
    this.#options = new NativeHandle(created(api, 'Create run options', api.createRunOptions), value => api.releaseRunOptions(value));
  }

  async run(signal?: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    const terminate = (): void => this.#terminate();
    const args = this.#begin();
    signal?.addEventListener('abort', terminate, { once: true });
    try {
      // A terminated run fails with a text about its flag, and one that was past its last node succeeds: both were cancelled.
      const status = await callAsync(this.#core.api.run, ...args);
      checkStatus(this.#core.api, status, 'Run', this.#state === 'terminating' ? 'cancelled' : 'internal');
    } finally {
      signal?.removeEventListener('abort', terminate);
      this.#end();
    }
    throwIfCancelled(signal);
  }

  /** Frees the values; during a run it ends the run first and frees them when native code has returned. */
  dispose(): void {
    if (this.#disposed) {
      return;
    }
    this.#disposed = true;
    this.#onDispose();
    if (this.#state === 'idle') {
      this.#free();
    } else {
      this.#terminate();
    }
  }

  #begin(): readonly NativeArgument[] {
    if (this.#disposed || this.#state !== 'idle') {
      throw new ShorthandError('internal', this.#disposed ? 'A binding was run after it had been disposed.' : 'A binding was run twice at the same time.');
    }
    const session = this.#session.acquire();
    this.#state = 'running';
    return [session, this.#options.address, ...this.#tensors.arguments];
  }

  #terminate(): void {
    if (this.#state === 'running') {
      this.#state = 'terminating';
      checkStatus(this.#core.api, this.#core.api.runOptionsSetTerminate(this.#options.address), 'Cancel');
    }
  }

  #end(): void {
    if (this.#state === 'terminating') {
      checkStatus(this.#core.api, this.#core.api.runOptionsUnsetTerminate(this.#options.address), 'Reset after cancelling');
    }
    this.#state = 'idle';
    this.#session.release();
    if (this.#disposed) {
      this.#free();
    }
  }

  #free(): void {
    this.#options.dispose();
    this.#tensors.dispose();
  }
}
