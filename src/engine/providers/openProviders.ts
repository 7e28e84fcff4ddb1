import path from 'node:path';
import type { EngineOptions } from '../../common/engineProtocol';
import type { OnnxRuntime } from '../runtime/onnxRuntime';
import type { SelectionFacts } from './chooseProvider';
import { machineFacts } from './machineFacts';
import { ProbeCache } from './probeCache';
import { runProbe, type ProbeOptions } from './runProbe';

/** Longer than drivers take to compile shaders on a busy machine; three that hang must end before the host gives the engine up. */
const limitMs = 90_000;

/** The probe's script lies beside the one that runs. */
export const defaultProbe: ProbeOptions = { modulePath: path.join(import.meta.dirname, 'probe.js'), limitMs };

/** What is known of the providers on this machine, and how to find out more. */
export function openProbes(runtime: OnnxRuntime, { probeFile }: Pick<EngineOptions, 'probeFile'>, probe: ProbeOptions, warn: (line: string) => void): Promise<ProbeCache> {
  return ProbeCache.open(probeFile, machineFacts(runtime.version), provider => runProbe(provider, probe), warn);
}

export function selectionFacts(runtime: OnnxRuntime, decoderBytes: number): SelectionFacts {
  return { built: runtime.providers, decoderBytes, platform: process.platform };
}
