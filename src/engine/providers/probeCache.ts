import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { errorMessage } from '../../common/errors';
import { executionProviderSchema, providerProblemSchema, type ExecutionProvider } from '../../common/executionProviders';
import type { ProbeOutcome } from './runProbe';

const outcomeSchema = v.variant('kind', [
  v.object({ kind: v.literal('works'), speed: v.number(), chunk: v.number() }),
  v.object({ kind: v.literal('failed'), problem: providerProblemSchema }),
]);

const fileSchema = v.object({
  /** Hash of the machine and the library that the outcomes are about. */
  facts: v.string(),
  outcomes: v.array(v.object({ provider: executionProviderSchema, outcome: outcomeSchema })),
});

/** Outcomes of probes, kept in a file from start to start for as long as the machine and the library stay the same. */
export class ProbeCache {
  readonly #outcomes: Map<ExecutionProvider, ProbeOutcome>;

  private constructor(
    private readonly file: string | undefined,
    private readonly facts: string,
    private readonly probe: (provider: ExecutionProvider) => Promise<ProbeOutcome>,
    private readonly warn: (line: string) => void,
    outcomes: readonly (readonly [ExecutionProvider, ProbeOutcome])[],
  ) {
    this.#outcomes = new Map(outcomes);
  }

  /** A file that is missing, damaged or about another machine is as good as none. */
  static async open(file: string | undefined, facts: string, probe: (provider: ExecutionProvider) => Promise<ProbeOutcome>, warn: (line: string) => void): Promise<ProbeCache> {
    const text = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
    const parsed = v.safeParse(fileSchema, parseJson(text));
    const outcomes = parsed.success && parsed.output.facts === facts ? parsed.output.outcomes : [];
    return new ProbeCache(file, facts, probe, warn, outcomes.map(({ provider, outcome }) => [provider, outcome]));
  }

  /** What is known already. */
  known(provider: ExecutionProvider): ProbeOutcome | undefined {
    return this.#outcomes.get(provider);
  }

  /** What is known, or what a probe finds out now. */
  async outcome(provider: ExecutionProvider): Promise<ProbeOutcome> {
    const known = this.known(provider);
    if (known !== undefined) {
      return known;
    }
    const outcome = await this.probe(provider);
    this.#outcomes.set(provider, outcome);
    await this.#save();
    return outcome;
  }

  async #save(): Promise<void> {
    if (this.file === undefined) {
      return;
    }
    const content = { facts: this.facts, outcomes: [...this.#outcomes].map(([provider, outcome]) => ({ provider, outcome })) } satisfies v.InferInput<typeof fileSchema>;
    const part = `${this.file}.${process.pid}.part`;
    try {
      await mkdir(dirname(this.file), { recursive: true });
      await writeFile(part, JSON.stringify(content, undefined, 2));
      await rename(part, this.file);
    } catch (error) {
      // The next start probes again: slower, and nothing else.
      this.warn(`The results of the probes can't be kept: ${errorMessage(error)}`);
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
