import Mocha from 'mocha';
import { writeResults } from './support/results';

/** The contract of `extensionTestsPath`: the same bundle runs in code-server's extension host and in Electron's. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, color: false });
  mocha.suite.emit('pre-require', globalThis, 'inhost', mocha);
  // In this order: later suites find a compressed workspace and a warm engine, and the report of the diagnostics a crash.
  await import('./suite/activation.test');
  await import('./suite/compress.test');
  await import('./suite/memory.test');
  await import('./suite/hover.test');
  await import('./suite/questionContext.test');
  await import('./suite/editor.test');
  await import('./suite/fileInFront.test');
  await import('./suite/inline.test');
  await import('./suite/background.test');
  await import('./suite/nativeModel.test');
  await import('./suite/toolMemory.test');
  await import('./suite/crash.test');
  await import('./suite/diagnostics.test');
  await import('./suite/providers.test');
  await import('./suite/network.test');
  const failures = await new Promise<number>(resolve => writeResults(mocha.run(resolve)));
  if (failures > 0) {
    throw new Error(`${failures} in-host tests failed.`);
  }
}
