import { executionProviders, type ExecutionProvider, type ProviderChoice, type ProviderProblem, type ProviderStatus } from '../../common/executionProviders';
import { longestChunk } from '../decoder/decoder';
import type { ProbeCache } from './probeCache';

/**
 * Bytes of decoder weights from which `auto` looks beyond the CPU. A step of a smaller model takes the CPU a few milliseconds, which a
 * graphics card spends on being asked; and trying providers would make the first start slower for nothing.
 */
export const worthwhileBytes = 256 * 1024 * 1024;

/** How many times as fast as the CPU a provider must be for `auto` to take it: the encoder may have to stay on the CPU. */
const worthwhileSpeed = 1.5;

/** The order in which `auto` tries. Core ML is left out: it has few of the decoder's operators, and hands the rest to the CPU. */
const automatic: readonly ExecutionProvider[] = ['cuda', 'directml', 'webgpu'];

const platforms: Readonly<Record<ExecutionProvider, readonly NodeJS.Platform[] | 'all'>> = {
  cpu: 'all',
  cuda: ['linux', 'win32'],
  directml: ['win32'],
  coreml: ['darwin'],
  webgpu: 'all',
};

/** What is known of the providers before a model is loaded, and which one to load it on. */
export interface ProviderSelection {
  readonly provider: ExecutionProvider;
  /** Most positions of one run of the decoder there. */
  readonly chunk: number;
  /** Of all providers in their order, the chosen one and the CPU included. */
  readonly statuses: readonly ProviderStatus[];
}

export interface SelectionFacts {
  /** What the library was built with. */
  readonly built: readonly ExecutionProvider[];
  readonly decoderBytes: number;
  readonly platform: NodeJS.Platform;
}

/** Why a provider can't be here, whatever the drivers are; undefined where it may. */
export function unavailability(provider: ExecutionProvider, { built, platform }: Pick<SelectionFacts, 'built' | 'platform'>): ProviderProblem | undefined {
  const places = platforms[provider];
  if (places !== 'all' && !places.includes(platform)) {
    return { kind: 'platform' };
  }
  return built.includes(provider) ? undefined : { kind: 'not-built' };
}

/** Chooses once for the life of an engine: what was asked for or the best of `auto`, and the CPU where that does not work. */
export async function chooseProvider(choice: ProviderChoice, facts: SelectionFacts, probes: ProbeCache): Promise<ProviderSelection> {
  for (const candidate of candidates(choice, facts)) {
    const outcome = await probes.outcome(candidate);
    if (outcome.kind === 'works' && (choice !== 'auto' || outcome.speed >= worthwhileSpeed)) {
      return { provider: candidate, chunk: outcome.chunk, statuses: statuses(facts, probes) };
    }
  }
  // Who asked for one that can't be here is told like one whose probe failed.
  const asked = statuses(facts, probes).map((status): ProviderStatus => (status.provider === choice && status.state === 'unavailable' ? { ...status, state: 'failed' } : status));
  return { provider: 'cpu', chunk: longestChunk, statuses: asked };
}

/** Tries every provider that may be here. */
export async function probeAll(facts: SelectionFacts, probes: ProbeCache): Promise<readonly ProviderStatus[]> {
  for (const provider of executionProviders) {
    if (provider !== 'cpu' && unavailability(provider, facts) === undefined) {
      await probes.outcome(provider);
    }
  }
  return statuses(facts, probes);
}

function candidates(choice: ProviderChoice, facts: SelectionFacts): readonly ExecutionProvider[] {
  const wanted = choice === 'auto' ? (facts.decoderBytes >= worthwhileBytes ? automatic : []) : [choice];
  return wanted.filter(provider => provider !== 'cpu' && unavailability(provider, facts) === undefined);
}

function statuses(facts: SelectionFacts, probes: ProbeCache): readonly ProviderStatus[] {
  return executionProviders.map(provider => statusOf(provider, facts, probes));
}

function statusOf(provider: ExecutionProvider, facts: SelectionFacts, probes: ProbeCache): ProviderStatus {
  if (provider === 'cpu') {
    return { state: 'available', provider, speed: 1 };
  }
  const problem = unavailability(provider, facts);
  if (problem !== undefined) {
    return { state: 'unavailable', provider, problem };
  }
  const outcome = probes.known(provider);
  if (outcome === undefined) {
    return { state: 'untried', provider };
  }
  return outcome.kind === 'works' ? { state: 'available', provider, speed: outcome.speed } : { state: 'failed', provider, problem: outcome.problem };
}
