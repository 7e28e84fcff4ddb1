import { basename, resolve } from 'node:path';
import * as vscode from 'vscode';
import { configurationSection } from '../../common/ids';
import type { Disposable } from '../../common/disposable';
import { errorMessage, isCancellation } from '../../common/errors';
import { Emitter } from '../../common/event';
import { readBundle } from '../../models/store/bundles';
import type { EngineClient } from '../engine/engineClient';
import type { Log } from '../log';
import { onDidChangeSettings, readSetting } from '../settings/settings';
import { activeBundleFolder, shippedId } from './modelFolders';

const setting = 'models.active';

/** Which model answers: a value of the setting `shorthand.models.active`. */
export class ActiveModel implements Disposable {
  readonly #changes = new Emitter<void>();
  readonly #following: Disposable;
  /** Fires after another model was chosen in the settings, or was chosen here and has been loaded, and when more is known of it. */
  readonly onDidChange = this.#changes.event;
  #name: string;
  #compresses = true;
  #switching = false;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly engine: Pick<EngineClient, 'restart'>,
    private readonly log: Log,
  ) {
    this.#name = nameOf(this.value);
    this.#following = onDidChangeSettings([setting, 'models.folder'], () => this.#refresh());
    void this.#look();
  }

  /** As the setting has it. */
  get value(): string {
    return readSetting(setting).trim();
  }

  /** The model in a word: the id of its bundle. While another one is being loaded, still the one before. */
  get name(): string {
    return this.#name;
  }

  /** False for a model without a compressor: it reads the workspace as text alone. */
  get compresses(): boolean {
    return this.#compresses;
  }

  /** True for the bundle in this folder. */
  isIn(folder: string): boolean {
    return resolve(activeBundleFolder(this.context)) === resolve(folder);
  }

  /**
   * Loads another model, and no window has to be loaded again for it: calls under way end. When it can't be loaded, the one before it is loaded again
   * and the error thrown. Errors: those of the engine's `open`, `cancelled`.
   */
  async use(value: string): Promise<void> {
    const before = this.value;
    this.#switching = true;
    try {
      await write(value);
      await this.engine.restart();
    } catch (error) {
      if (!isCancellation(error) && value !== before) {
        await write(before);
        this.engine.restart().catch((again: unknown) => this.log.error(`The model before can't be loaded either: ${errorMessage(again)}`));
      }
      throw error;
    } finally {
      this.#switching = false;
      this.#refresh();
    }
  }

  #refresh(): void {
    if (!this.#switching) {
      this.#name = nameOf(this.value);
      this.#changes.fire();
      void this.#look();
    }
  }

  /** Reads in the bundle's manifest what it is made of. What can't be read is the engine's to tell. */
  async #look(): Promise<void> {
    const { value } = this;
    const bundle = await readBundle(activeBundleFolder(this.context, value));
    const compresses = bundle === undefined || bundle.manifest.compressor !== undefined;
    if (value === this.value && compresses !== this.#compresses) {
      this.#compresses = compresses;
      this.#changes.fire();
    }
  }

  dispose(): void {
    this.#following.dispose();
    this.#changes.dispose();
  }
}

function nameOf(value: string): string {
  return value === '' ? shippedId : basename(value);
}

/** A workspace that has a choice of its own keeps having one. */
async function write(value: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(configurationSection);
  const own = vscode.workspace.isTrusted && configuration.inspect(setting)?.workspaceValue !== undefined;
  await configuration.update(setting, value === '' && !own ? undefined : value, own ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}
