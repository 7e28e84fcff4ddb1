import type { Disposable } from '../../common/disposable';
import type { Answer, AnswerProgress, ContextReport } from '../../common/context';
import type { AskParams, CompleteParams, CompressParams, EngineInfo, ExplainParams, MeasureParams, MemoryStats, PlanParams, ReconstructParams, SearchParams } from '../../common/engineProtocol';
import type { CompressProgress, CompressReport, MemoryList, SearchHit, Workspace } from '../../common/workspace';
import { ask } from './ask';
import { Completions, type Completion } from './complete';
import { compress } from './compress';
import type { EngineParts, Watch } from './engineParts';
import { explain } from './explain';
import { fileStates } from './fileStates';
import { forget } from './forget';
import { measure } from './measure';
import { noTurn, reportPlan, type TurnMemory } from './planQuestion';
import { reconstruct, type Reconstruction } from './reconstruct';
import { search } from './search';

/** An open bundle and slot store, and what can be done with them. Calls may overlap: the models serve one at a time. */
export class Engine implements Disposable {
  readonly #turns: TurnMemory = { ...noTurn };
  readonly #completions: Completions;

  constructor(
    readonly parts: EngineParts,
    private readonly disposables: Disposable,
  ) {
    this.#completions = new Completions(parts);
  }

  get info(): EngineInfo {
    const { bundle, runtime, providers, memoryBytes, decoder, compressor, cutter, store } = this.parts;
    return {
      bundleId: bundle.manifest.id,
      bundleVersion: bundle.manifest.version,
      decoderId: bundle.manifest.decoder.id,
      compressor: bundle.manifest.compressor?.encoder.kind ?? 'none',
      runtimeVersion: runtime.version,
      providers: [...providers],
      memoryBytes,
      decoderPositions: decoder.capacity,
      window: cutter.most,
      ratios: [...(compressor?.encoder.spec.ratios ?? [])],
      storeRebuilt: store.storeRebuilt,
    };
  }

  compress(params: CompressParams, watch: Watch<CompressProgress> = {}): Promise<CompressReport> {
    return compress(this.parts, params, watch);
  }

  ask(params: AskParams, watch: Watch<AnswerProgress> = {}): Promise<Answer> {
    this.#completions.cancel();
    return ask(this.parts, this.#turns, params, watch);
  }

  explain(params: ExplainParams, watch: Watch<AnswerProgress> = {}): Promise<Answer> {
    this.#completions.cancel();
    return explain(this.parts, params, watch);
  }

  plan(params: PlanParams, { signal }: Watch<never> = {}): Promise<ContextReport> {
    return reportPlan(this.parts, this.#turns, params, signal);
  }

  search(params: SearchParams, { signal }: Watch<never> = {}): Promise<SearchHit[]> {
    return search(this.parts, params, signal);
  }

  files(workspace: Workspace, { signal }: Watch<never> = {}): Promise<MemoryList> {
    return fileStates(this.parts, workspace, signal);
  }

  reconstruct(params: ReconstructParams, watch: Watch<Reconstruction & { readonly windowsTotal: number }> = {}): Promise<Reconstruction> {
    return reconstruct(this.parts, params, watch);
  }

  /** Returns how many windows were measured. */
  measure(params: MeasureParams, watch: Watch<{ readonly windowsDone: number; readonly windowsTotal: number }> = {}): Promise<number> {
    return measure(this.parts, params, watch);
  }

  /** Forgets the slots of files or of all files in folders. Returns what was there of them. */
  forget(workspace: Workspace, paths: readonly string[], { signal }: Watch<never> = {}): Promise<MemoryStats> {
    return forget(this.parts, workspace, paths, signal);
  }

  countTokens({ text }: { readonly text: string }): number {
    return this.parts.tokenizer.encode(text).length;
  }

  /** A newer completion, and every answer, gives up the one under way. */
  complete(params: CompleteParams, watch: Watch<never> = {}): Promise<Completion> {
    return this.#completions.complete(params, watch);
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
