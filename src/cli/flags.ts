import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ratios, type Ratio } from '../common/bundle';
import type { Sampling } from '../common/context';
import type { AskParams, EngineOptions } from '../common/engineProtocol';
import { providerChoices, type ProviderChoice } from '../common/executionProviders';
import type { Workspace, WorkspaceRoot } from '../common/workspace';
import { bundleFolder } from '../models/store/bundles';
import { parseLines } from './lineRange';
import { UsageError } from './usage';

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean' } as const;

const optionTypes = {
  folder: list,
  open: list,
  mention: list,
  selection: text,
  pin: list,
  positions: text,
  exclude: list,
  ratio: text,
  'max-tokens': text,
  temperature: text,
  seed: text,
  limit: text,
  quick: flag,
  output: text,
  encoder: text,
  decoder: text,
  block: text,
  licence: text,
  models: text,
  revision: text,
  endpoint: text,
  'accept-licence': flag,
  compressor: text,
  base: text,
  bridge: text,
  window: text,
  name: text,
  model: text,
  bundle: text,
  store: text,
  'budget-mb': text,
  threads: text,
  provider: text,
  context: text,
  json: flag,
  help: flag,
} as const;

export type Flags = ReturnType<typeof parseCommandLine>['flags'];

/** Splits the arguments into a command, its operands and its options. @throws {UsageError} for an unknown option. */
export function parseCommandLine(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: optionTypes, allowPositionals: true, strict: true });
    const [command, ...operands] = positionals;
    return { command, operands, flags: values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A number option within bounds. @throws {UsageError} */
export function numberFlag(name: string, value: string | undefined, fallback: number, minimum: number, maximum = Number.MAX_SAFE_INTEGER): number {
  if (value === undefined) {
    return fallback;
  }
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < minimum || number > maximum) {
    throw new UsageError(`--${name} takes a number from ${minimum}${maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`}, not "${value}".`);
  }
  return number;
}

export function ratioFlag(flags: Flags): Ratio {
  const wanted = numberFlag('ratio', flags.ratio, 8, 1);
  const ratio = ratios.find(known => known === wanted);
  if (ratio === undefined) {
    throw new UsageError(`--ratio takes one of ${ratios.join(', ')}.`);
  }
  return ratio;
}

/** What `--provider` asks for. @throws {UsageError} */
export function providerFlag({ provider = 'auto' }: Flags): ProviderChoice {
  const choice = providerChoices.find(known => known === provider);
  if (choice === undefined) {
    throw new UsageError(`--provider takes one of ${providerChoices.join(', ')}, not "${provider}".`);
  }
  return choice;
}

/** The folders to read: `--folder`, else `operands`, else the current folder. */
export function rootFlags(flags: Flags, operands: readonly string[] = []): WorkspaceRoot[] {
  const folders = flags.folder ?? (operands.length > 0 ? operands : ['.']);
  return folders.map(folder => ({ path: resolve(folder), name: basename(resolve(folder)), excludes: flags.exclude ?? [], excluded: [] }));
}

/** The folders to read with the files that `--open` names and the ratio. */
export function workspaceFlags(flags: Flags, operands: readonly string[] = []): Workspace {
  return {
    roots: rootFlags(flags, operands),
    openFiles: (flags.open ?? []).map(file => ({ path: resolve(file) })),
    rules: (flags.pin ?? []).map(path => ({ path: resolve(path), pinned: true })),
    ratio: ratioFlag(flags),
  };
}

/** What a question is asked of: the workspace, and what `--selection`, `--mention` and `--positions` say. @throws {UsageError} */
export function contextFlags(flags: Flags): Pick<AskParams, 'workspace' | 'mentions' | 'selection' | 'positions'> {
  const selection = flags.selection === undefined ? undefined : parseLines('selection', flags.selection);
  if (selection !== undefined && selection.lines === undefined) {
    throw new UsageError('--selection takes a file and its lines, as in src/a.ts:12-20.');
  }
  return {
    workspace: workspaceFlags(flags),
    mentions: (flags.mention ?? []).map(value => parseLines('mention', value)),
    ...(selection?.lines && { selection: { path: selection.path, ...selection.lines } }),
    ...(flags.positions !== undefined && { positions: Math.floor(numberFlag('positions', flags.positions, 0, 1)) }),
  };
}

export function samplingFlags(flags: Flags): Sampling {
  return {
    temperature: numberFlag('temperature', flags.temperature, 0, 0, 2),
    topP: 0.9,
    repetitionPenalty: 1.1,
    maxTokens: Math.floor(numberFlag('max-tokens', flags['max-tokens'], 200, 1)),
    seed: Math.floor(numberFlag('seed', flags.seed, 1, 0)),
    stop: [],
  };
}

/** Where the bundle lies beside the built command line. */
export const defaultBundle = resolve(__dirname, '..', 'models', 'shorthand-nano');

/** A place in the user's cache folder. */
function cached(name: string): string {
  const cache = process.platform === 'win32' ? process.env['LOCALAPPDATA'] : process.env['XDG_CACHE_HOME'];
  // Empty counts as not set (XDG Base Directory Specification): nothing must land in the current folder.
  return join(cache === undefined || cache === '' ? join(homedir(), '.cache') : cache, 'shorthand', name);
}

/** The folder of all checkpoints and bundles. */
export function modelsFlag(flags: Flags): string {
  return resolve(flags.models ?? cached('models'));
}

/** The bundle that `--bundle` or `--model` names, else the one that ships. @throws {UsageError} */
function bundleFlag(flags: Flags): string {
  if (flags.model === undefined) {
    return resolve(flags.bundle ?? defaultBundle);
  }
  if (flags.bundle !== undefined) {
    throw new UsageError('--bundle and --model both name a bundle: give one of them.');
  }
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(flags.model)) {
    throw new UsageError(`--model takes the id of a bundle, as models list shows it, not "${flags.model}".`);
  }
  return bundleFolder(modelsFlag(flags), flags.model);
}

/** Where the results of probing execution providers are kept. */
export function probeFile(): string {
  return cached('providers.json');
}

export function engineFlags(flags: Flags): EngineOptions {
  return {
    bundleFolder: bundleFlag(flags),
    storeFile: resolve(flags.store ?? cached('slots.db')),
    storeBudgetBytes: numberFlag('budget-mb', flags['budget-mb'], 1024, 1) * 1024 * 1024,
    threads: Math.floor(numberFlag('threads', flags.threads, 0, 0, 256)),
    provider: providerFlag(flags),
    positions: Math.floor(numberFlag('context', flags.context, 0, 0)),
    probeFile: probeFile(),
  };
}
