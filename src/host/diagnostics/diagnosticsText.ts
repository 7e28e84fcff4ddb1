import { assertNever } from '../../common/assertNever';
import type { MemoryStats } from '../../common/engineProtocol';
import { providerNames } from '../../common/executionProviders';
import { statusText, usedText } from '../../common/providerText';
import type { EngineState } from '../../common/engineState';
import type { CompletionCounts } from '../inlineCompletion/completionStats';
import type { ChangedSetting } from './changedSettings';
import type { Fault } from './faultLog';

/** What a report is made of. */
export interface Facts {
  readonly extensionVersion: string;
  readonly vscodeVersion: string;
  /** Where VS Code runs the extension: `desktop`, or the kind of a remote. */
  readonly host: string;
  readonly platform: string;
  readonly nodeVersion: string;
  readonly processors: string;
  readonly memoryGigabytes: number;
  readonly trusted: boolean;
  readonly folders: number;
  readonly engine: EngineState;
  /** The manifest's id and version, or why it can't be read. */
  readonly bundle: string;
  /** Absent while the engine does not run: asking would start it. */
  readonly memory: MemoryStats | undefined;
  /** Bytes of the slot store on disk; absent when there is none. */
  readonly storeBytes: number | undefined;
  /** Of this workspace. */
  readonly completions: CompletionCounts;
  readonly changedSettings: readonly ChangedSetting[];
  readonly faults: readonly Fault[];
  readonly logLevel: string;
}

/**
 * The report as Markdown. It is English whatever the user's language: those who read it develop the extension.
 */
export function diagnosticsText(facts: Facts): string {
  const { engine, memory } = facts;
  return [
    '# Shorthand diagnostics',
    'Made on this machine and sent nowhere. It has no source code, no questions and no answers, and paths are shortened. Read it before you paste it into an issue.',
    section('Versions', [
      ['Shorthand', facts.extensionVersion],
      ['VS Code', `${facts.vscodeVersion} (${facts.host})`],
      ['Platform', facts.platform],
      ['Node of the engine', facts.nodeVersion],
      ['Processors', facts.processors],
      ['Memory', `${facts.memoryGigabytes.toFixed(1)} GB`],
    ]),
    section('Workspace', [
      ['Folders', String(facts.folders)],
      ['Trusted', facts.trusted ? 'yes' : 'no (Restricted Mode)'],
      ['Inline completions', completionsText(facts.completions)],
    ]),
    section('Engine', [
      ['State', stateText(engine)],
      ['Bundle', facts.bundle],
      ['Hashes of the bundle', hashText(engine)],
      ...runningRows(engine),
    ]),
    section('Slot store', [
      ['On disk', facts.storeBytes === undefined ? 'none' : megabytes(facts.storeBytes)],
      ['Slots', memory === undefined ? 'not asked: the engine does not run' : `${memory.slots} in ${memory.windows} windows, ${megabytes(memory.bytes)} of ${megabytes(memory.budgetBytes)}`],
    ]),
    section('Settings that differ from their defaults', facts.changedSettings.map(({ id, value }) => [`shorthand.${id}`, value])),
    section('Latest failures in this window', facts.faults.map(({ at, what, code }) => [`${at.toISOString()}, ${what}`, code])),
    section('Log', [['Level', facts.logLevel]]),
  ].join('\n\n').concat('\n');
}

function section(title: string, rows: readonly (readonly [name: string, value: string])[]): string {
  return [`## ${title}`, ...(rows.length === 0 ? ['None.'] : rows.map(([name, value]) => `- ${name}: ${value}`))].join('\n');
}

function completionsText({ shown, accepted }: CompletionCounts): string {
  return shown === 0 ? 'none shown' : `${shown} shown, ${accepted} accepted (${Math.round((100 * accepted) / shown)} %)`;
}

function stateText(state: EngineState): string {
  switch (state.kind) {
    case 'failed':
      return `failed (${state.code})`;
    case 'busy':
      return `busy (calls: ${state.calls})`;
    case 'stopped':
    case 'starting':
    case 'ready':
      return state.kind;
    default:
      return assertNever(state);
  }
}

function hashText(state: EngineState): string {
  switch (state.kind) {
    case 'ready':
    case 'busy':
      return 'checked at the start of the engine, as in the manifest';
    case 'failed':
      return state.code === 'bundle-corrupt' ? 'a file differs from the manifest' : 'not known';
    case 'stopped':
    case 'starting':
      return 'checked when the engine starts';
    default:
      return assertNever(state);
  }
}

function runningRows(state: EngineState): readonly (readonly [string, string])[] {
  if (state.kind !== 'ready' && state.kind !== 'busy') {
    return [];
  }
  const { info } = state;
  return [
    ['Loaded bundle', `${info.bundleId} ${info.bundleVersion}`],
    ['Runs on', `${usedText(info.providers)}, ONNX Runtime ${info.runtimeVersion}`],
    ...info.providers.map(status => [providerNames[status.provider], statusText(status)] as const),
    ['Memory of the models', `about ${megabytes(info.memoryBytes)}`],
    ['Decoder', `${info.decoderPositions} positions`],
    ['Store rebuilt at this start', info.storeRebuilt ? 'yes' : 'no'],
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
