import type { Disposable } from '../../common/disposable';
import type { ExecutionProvider, GraphName } from '../../common/executionProviders';
import type { DeviceTensor, Float32Tensor, NamedTensors } from './tensor';

/** How a session is made. */
export interface SessionOptions {
  /** Threads inside one operator; 0 chooses from the processor. */
  readonly threads: number;
  /** Where it runs; the CPU when absent. */
  readonly provider?: ExecutionProvider;
  /** Which of a bundle's graphs it is. */
  readonly graph?: GraphName;
}

/** The library that runs ONNX graphs. */
export interface OnnxRuntime extends Disposable {
  /** Version of the native library, such as `1.30.0`. */
  readonly version: string;
  /** The execution providers that the library knows; whether they work is another question. */
  readonly providers: readonly ExecutionProvider[];
  /**
   * Loads a graph and the weight files that it names beside itself.
   * Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`, `out-of-memory`, `runtime-unavailable` where the provider is not.
   */
  load(modelPath: string, options: SessionOptions): Promise<OnnxSession>;
}

/** A loaded graph. */
export interface OnnxSession extends Disposable {
  /** What the session was made for. */
  readonly provider: ExecutionProvider;
  /** The operators that run on the CPU, as ONNX Runtime reports after loading: whatever the provider has not got. */
  readonly cpuOperators: ReadonlySet<string>;
  /**
   * Memory for an input (and an output of the same shape) that stays where the provider computes: runs copy nothing of it. It is the
   * session's own and freed with it. Errors: `out-of-memory`, `internal`.
   */
  allocate(input: string, shape: readonly number[]): Float32Tensor | DeviceTensor;
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
