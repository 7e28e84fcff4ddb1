import type { Disposable } from '../../../common/disposable';
import type { Event } from '../../../common/event';
import type { Services } from '../../services';
import { readSetting } from '../../settings/settings';
import type { BackgroundState, Hold } from './backgroundState';
import { BackgroundWork } from './backgroundWork';
import { EngineSteps } from './engineSteps';
import { powerSource, type PowerSource } from './powerSource';

const pausedKey = 'shorthand.backgroundPaused';
const quietMs = 2000;
const idleMs = 10_000;
const powerFreshMs = 60_000;

export type BackgroundParts = Pick<Services, 'context' | 'engine' | 'activeModel' | 'memory' | 'files' | 'use' | 'forgotten' | 'readWorkspace' | 'log'>;

/** The background work of this window, and the user's hand on it. */
export class Background implements Disposable {
  readonly work: BackgroundWork;
  readonly #steps: EngineSteps;

  constructor(
    private readonly parts: BackgroundParts,
    private readonly power: PowerSource = powerSource(powerFreshMs),
  ) {
    this.#steps = new EngineSteps(parts);
    this.work = new BackgroundWork({
      steps: this.#steps,
      hold: () => this.#hold(),
      wholeWorkspace: () => readSetting('compression.background') === 'workspace',
      log: parts.log,
      quietMs,
      idleMs,
      holdMs: powerFreshMs,
    });
  }

  get state(): BackgroundState {
    return this.work.state;
  }

  get onDidChange(): Event<BackgroundState> {
    return this.work.onDidChange;
  }

  /** True while the background itself makes a call of the engine. */
  get isCalling(): boolean {
    return this.#steps.isCalling;
  }

  /** Paused by the user; kept for this workspace. */
  get isPaused(): boolean {
    return this.parts.context.workspaceState.get<unknown>(pausedKey) === true;
  }

  async pause(paused: boolean): Promise<void> {
    await this.parts.context.workspaceState.update(pausedKey, paused);
    await this.work.renew();
  }

  dispose(): void {
    this.work.dispose();
  }

  async #hold(): Promise<Hold | undefined> {
    const { engine, activeModel, use } = this.parts;
    // First: whoever has paused it must see that.
    if (this.isPaused) {
      return 'paused';
    }
    if (readSetting('compression.background') === 'off') {
      return 'off';
    }
    if (!activeModel.compresses) {
      return 'textAlone';
    }
    if (!use.isUsed) {
      return 'unused';
    }
    // A failed engine is the user's to restart; trying again behind their back could crash in a loop.
    if (engine.state.kind === 'failed') {
      return 'engineFailed';
    }
    return !readSetting('compression.onBattery') && (await this.power.onBattery()) ? 'onBattery' : undefined;
  }
}
