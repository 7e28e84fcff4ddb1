import type { Disposable } from '../../common/disposable';
import type { NamedTensors } from './tensor';

/** How a session is made. */
export interface SessionOptions {
  /** Threads inside one operator; 0 chooses from the processor. */
  readonly threads: number;
}

/** The library that runs ONNX graphs. */
export interface OnnxRuntime extends Disposable {
  /** Version of the native library, such as `1.30.0`. */
  readonly version: string;
  /** The execution provider that sessions are made for, by ONNX Runtime's name. */
  readonly executionProvider: string;
  /**
   * Loads a graph and the weight files that it names beside itself.
   * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`, `out-of-memory`.
   */
  load(modelPath: string, options: SessionOptions): Promise<OnnxSession>;
}

/** A loaded graph. */
export interface OnnxSession extends Disposable {
  /** The providers that the graph's nodes were really given to, as ONNX Runtime reports after loading. */
  readonly executionProviders: readonly string[];
  /** Ties tensors to the graph once, for runs that repeat with the same shapes and buffers. */
  bind(inputs: NamedTensors, outputs: NamedTensors): OnnxBinding;
  /** Runs once. `outputs` are written in place. Errors as for `OnnxBinding.run`. */
  run(inputs: NamedTensors, outputs: NamedTensors, signal?: AbortSignal): Promise<void>;
}

/** Tensors tied to a session. Holds their memory until it is disposed. */
export interface OnnxBinding extends Disposable {
  /**
   * Runs on a worker thread, so that the event loop stays free: the way there and back takes about 50 us. When `signal` fires the run ends at the next node: the outputs are then undefined.
   * Disposing the binding, its session or the runtime ends it too. Errors: `cancelled`, `out-of-memory`, `internal` with ONNX Runtime's own text.
   */
  run(signal?: AbortSignal): Promise<void>;
}
