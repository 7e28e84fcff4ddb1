import { errorMessage, isCancellation, ShorthandError } from '../../common/errors';
import type { ExecutionProvider, GraphName, ProviderProblem } from '../../common/executionProviders';
import type { OnnxRuntime, OnnxSession, SessionOptions } from '../runtime/onnxRuntime';

/** Operators that most of the time goes into: a graph whose products run on the CPU gains nothing from another provider. */
const heavy = /MatMul|Gemm|Attention/;

/**
 * A runtime that makes sessions for one provider, and for the CPU where the provider refuses a graph. What it did is kept for the engine's
 * info; it is decided once for each graph, when that is loaded.
 */
export class PlacedRuntime implements OnnxRuntime {
  readonly #graphs = new Map<GraphName, ExecutionProvider>();
  readonly #refusals = new Map<GraphName, ProviderProblem>();

  constructor(
    private readonly base: OnnxRuntime,
    readonly wanted: ExecutionProvider,
  ) {}

  get version(): string {
    return this.base.version;
  }

  get providers(): readonly ExecutionProvider[] {
    return this.base.providers;
  }

  /** Where each graph runs that has been loaded. */
  get graphs(): ReadonlyMap<GraphName, ExecutionProvider> {
    return this.#graphs;
  }

  /** Why graphs run on the CPU that were meant for the provider. */
  get refusals(): ReadonlyMap<GraphName, ProviderProblem> {
    return this.#refusals;
  }

  async load(modelPath: string, options: SessionOptions): Promise<OnnxSession> {
    const placed = this.wanted === 'cpu' ? undefined : await this.#tryLoad(modelPath, options);
    const session = placed ?? (await this.base.load(modelPath, options));
    if (options.graph !== undefined) {
      this.#graphs.set(options.graph, session.provider);
    }
    return session;
  }

  dispose(): void {
    this.base.dispose();
  }

  async #tryLoad(modelPath: string, options: SessionOptions): Promise<OnnxSession | undefined> {
    try {
      const session = await this.base.load(modelPath, { ...options, provider: this.wanted });
      const left = [...session.cpuOperators].filter(operator => heavy.test(operator));
      if (left.length === 0) {
        return session;
      }
      session.dispose();
      this.#refuse(options, { kind: 'error', detail: `It has no ${left.join(', ')}.` });
    } catch (error) {
      // A damaged graph is as damaged on the CPU, which says so.
      if (isCancellation(error)) {
        throw error;
      }
      this.#refuse(options, { kind: ShorthandError.is(error, 'out-of-memory') ? 'memory' : 'error', detail: errorMessage(error) });
    }
    return undefined;
  }

  #refuse({ graph }: SessionOptions, problem: ProviderProblem): void {
    if (graph !== undefined) {
      this.#refusals.set(graph, problem);
    }
  }
}
