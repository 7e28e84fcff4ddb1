import type { Disposable } from '../../common/disposable';
import type { Answer, AnswerProgress } from '../../common/context';
import type { AskParams, CompressParams, EngineInfo, ExplainParams, MemoryStats } from '../../common/engineProtocol';
import type { CompressProgress, CompressReport } from '../../common/workspace';
import { ask, type TurnMemory } from './ask';
import { compress } from './compress';
import type { EngineParts, Watch } from './engineParts';
import { explain } from './explain';

/** An open bundle and slot store, and what can be done with them. Calls may overlap: the models serve one at a time. */
export class Engine implements Disposable {
  readonly #turns: TurnMemory = { order: [] };

  constructor(
    readonly parts: EngineParts,
    private readonly disposables: Disposable,
  ) {}

  get info(): EngineInfo {
    const { bundle, runtime, decoder, encoder, store } = this.parts;
    return {
      bundleId: bundle.manifest.id,
      bundleVersion: bundle.manifest.version,
      executionProvider: [...new Set([...encoder.executionProviders, ...decoder.executionProviders])].join(', '),
      runtimeVersion: runtime.version,
      decoderPositions: decoder.capacity,
      window: encoder.spec.window,
      ratios: [...encoder.spec.ratios],
      storeRebuilt: store.storeRebuilt,
    };
  }

  compress(params: CompressParams, watch: Watch<CompressProgress> = {}): Promise<CompressReport> {
    return compress(this.parts, params, watch);
  }

  ask(params: AskParams, watch: Watch<AnswerProgress> = {}): Promise<Answer> {
    return ask(this.parts, this.#turns, params, watch);
  }

  explain(params: ExplainParams, watch: Watch<AnswerProgress> = {}): Promise<Answer> {
    return explain(this.parts, params, watch);
  }

  memory(): MemoryStats {
    return this.parts.store.stats();
  }

  /** Forgets every slot. Returns what was there. */
  clearMemory(): MemoryStats {
    return this.parts.store.clear();
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
