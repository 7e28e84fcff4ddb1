import { usedText } from '../../common/providerText';
import { stat } from 'node:fs/promises';
import { arch, cpus, platform, totalmem } from 'node:os';
import { ratios, type Ratio } from '../../common/bundle';
import type { EngineOptions } from '../../common/engineProtocol';
import type { WorkspaceRoot } from '../../common/workspace';
import { compress } from '../../engine/service/compress';
import { openParts } from '../../engine/service/openEngine';
import { measureEncoding, type Encoding } from './encoding';
import { measureDecoding, measureFirstToken, type FirstToken } from './firstToken';
import { rate, type Sample } from './samples';
import { readWindows, takeTokens } from './workload';

export interface CacheSize {
  readonly ratio: Ratio;
  readonly sourceBytes: number;
  readonly slotBytes: number;
  readonly fileBytes: number;
}

export interface BenchReport {
  readonly machine: { readonly processor: string; readonly cores: number; readonly memoryGB: number; readonly system: string; readonly node: string };
  readonly model: { readonly bundle: string; readonly version: string; readonly runtime: string; readonly provider: string; readonly threads: number };
  readonly encode: readonly Encoding[];
  readonly firstToken: readonly FirstToken[];
  /** Tokens per second behind so many positions. */
  readonly decode: readonly { readonly positions: number; readonly rate: Sample }[];
  readonly cache: readonly CacheSize[];
  readonly peakMemoryMB: number;
}

export interface BenchOptions {
  readonly engine: EngineOptions;
  readonly roots: readonly WorkspaceRoot[];
  readonly quick: boolean;
  readonly signal: AbortSignal;
  readonly note: (step: string) => void;
}

/** Room for the question and the first tokens of an answer at the end of the longest context. Positions. */
const reserved = 64;
/** Tokens that the encoder's rate is measured on. */
const encodeTokens = 16_384;

/** Measures the engine on the text of some folders, with an empty slot store at `engine.storeFile`. */
export async function runBench({ engine, roots, quick, signal, note }: BenchOptions): Promise<BenchReport> {
  const runs = quick ? 3 : 9;
  const { parts, dispose } = await openParts(engine);
  try {
    const { decoder, bundle, runtime } = parts;
    const windows = await readWindows(parts, roots, signal);

    const sample = takeTokens(windows, quick ? encodeTokens / 4 : encodeTokens);
    const encode: Encoding[] = [];
    for (const ratio of ratios) {
      note(`encode at ${ratio}x`);
      encode.push(await measureEncoding(parts, sample, ratio, quick ? 1 : 3, signal));
    }

    const longest = decoder.capacity - reserved;
    const lengths = quick ? [1024] : [1024, 2048, 4096, 8192].filter(length => length < longest).concat(longest);
    const firstToken: FirstToken[] = [];
    for (const length of lengths) {
      note(`first token behind ${length} tokens`);
      firstToken.push(await measureFirstToken(parts, takeTokens(windows, length), 8, runs));
    }

    const decode: BenchReport['decode'][number][] = [];
    for (const length of [128, ...lengths]) {
      note(`decode behind ${length} tokens`);
      const { positions, perStep } = await measureDecoding(parts, takeTokens(windows, length - 1), quick ? 16 : 48);
      decode.push({ positions, rate: rate(1, perStep) });
    }

    const cache: CacheSize[] = [];
    for (const ratio of quick ? ([8] as const) : ratios) {
      note(`cache at ${ratio}x`);
      cache.push(await measureCache(engine, roots, ratio, signal));
    }

    const [processor] = cpus();
    return {
      machine: { processor: processor?.model ?? 'unknown', cores: cpus().length, memoryGB: totalmem() / 2 ** 30, system: `${platform()} ${arch()}`, node: process.version },
      model: { bundle: bundle.manifest.id, version: bundle.manifest.version, runtime: runtime.version, provider: usedText(parts.providers), threads: engine.threads },
      encode,
      firstToken,
      decode,
      cache,
      peakMemoryMB: process.resourceUsage().maxRSS / 1024,
    };
  } finally {
    dispose();
  }
}

/** Compresses the folders into a store of its own, which is closed before its file is measured: that empties the write-ahead log. */
async function measureCache(engine: EngineOptions, roots: readonly WorkspaceRoot[], ratio: Ratio, signal: AbortSignal): Promise<CacheSize> {
  const storeFile = `${engine.storeFile}-${ratio}x`;
  const { parts, dispose } = await openParts({ ...engine, storeFile });
  try {
    const { sourceBytes, slotBytes } = await compress(parts, { workspace: { roots: [...roots], openFiles: [], rules: [], ratio } }, { signal });
    parts.store.close();
    return { ratio, sourceBytes, slotBytes, fileBytes: (await stat(storeFile)).size };
  } finally {
    dispose();
  }
}
