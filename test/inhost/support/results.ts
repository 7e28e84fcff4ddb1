import fs from 'node:fs';
import type { Runner, Test } from 'mocha';

export interface TestResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly milliseconds: number;
  readonly error?: string;
}

/** Writes each result as one line of JSON as soon as it is known, so that a crash of the extension host loses nothing before it. */
export function writeResults(runner: Runner): void {
  const file = process.env['SHORTHAND_TEST_RESULTS'];
  if (file === undefined) {
    return;
  }
  const write = (test: Test, state: TestResult['state'], error?: Error) => {
    const result: TestResult = { title: test.fullTitle(), state, milliseconds: test.duration ?? 0, ...(error && { error: error.stack ?? error.message }) };
    fs.appendFileSync(file, `${JSON.stringify(result)}\n`);
  };
  runner.on('pass', test => write(test, 'passed'));
  runner.on('fail', (test, error: Error) => write(test, 'failed', error));
  runner.on('pending', test => write(test, 'skipped'));
}
