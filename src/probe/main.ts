import { errorMessage } from '../common/errors';
import { executionProviders } from '../common/executionProviders';
import { probe } from './probe';
import type { ProbeAnswer } from '../engine/providers/probeProtocol';

/** The process of a probe: tries the provider that its argument names, tells its parent and ends. */
async function main(): Promise<void> {
  const provider = executionProviders.find(name => name === process.argv[2]);
  if (provider === undefined || process.send === undefined) {
    process.stderr.write('This file probes an execution provider for Shorthand; the command line is dist/cli.js.\n');
    process.exitCode = 2;
    return;
  }
  // Nobody is left to hear the answer.
  process.once('disconnect', () => process.exit(0));
  const answer = await probe(provider).catch((error: unknown): ProbeAnswer => ({ kind: 'error', message: errorMessage(error) }));
  // Drivers leave threads behind that would keep the process.
  process.send(answer, () => process.exit(0));
}

void main();
