import { rm } from 'node:fs/promises';
import { providerNames } from '../../common/executionProviders';
import { statusText } from '../../common/providerText';
import { probeAll } from '../../engine/providers/chooseProvider';
import { defaultProbe, openProbes, selectionFacts } from '../../engine/providers/openProviders';
import { createOnnxRuntime } from '../../engine/runtime/koffiRuntime';
import { probeFile } from '../flags';
import type { Terminal } from '../terminal';

/** `shorthand providers`: tries every execution provider of this machine, says what came of it, and keeps it for the other commands. */
export async function providersCommand(terminal: Terminal): Promise<void> {
  const runtime = await createOnnxRuntime();
  try {
    terminal.progress('trying the execution providers');
    // Who asks wants to know how it is now.
    await rm(probeFile(), { force: true });
    const probes = await openProbes(runtime, { probeFile: probeFile() }, defaultProbe, line => terminal.error(line));
    const providers = await probeAll(selectionFacts(runtime, 0), probes);
    terminal.result({ runtime: runtime.version, providers });
    terminal.line(`ONNX Runtime ${runtime.version}`);
    for (const status of providers) {
      terminal.line(`${providerNames[status.provider].padEnd(9)} ${status.state.padEnd(12)} ${statusText(status)}`);
    }
  } finally {
    runtime.dispose();
  }
}
