import { describe, expect, it } from 'vitest';
import { FaultLog } from '../../../src/host/diagnostics/faultLog';
import { hidePaths } from '../../../src/host/diagnostics/hidePaths';
import { logEngineLine } from '../../../src/host/engine/engineLogLine';

describe('paths in a report', () => {
  it('name neither the workspace nor the user', () => {
    const text = 'Read /home/ada/work/secret/src/a.ts and /home/ada/.models';
    expect(hidePaths(text, ['/home/ada/work/secret'], '/home/ada')).toBe('Read <workspace>/src/a.ts and ~/.models');
  });

  it('are hidden from the innermost folder on', () => {
    expect(hidePaths('/w/a/b/c', ['/w/a', '/w/a/b'], '/')).toBe('<workspace>/c');
  });
});

it('the last failures are kept, with their times', () => {
  let seconds = 0;
  const faults = new FaultLog(2, () => new Date(1000 * seconds++));
  faults.add('ask', 'prompt-too-long');
  faults.add('compress', 'disk-full');
  faults.add('engine process', 'engine-crashed');
  expect(faults.all.map(({ at, what, code }) => `${at.getTime()} ${what} ${code}`)).toEqual(['1000 compress disk-full', '2000 engine process engine-crashed']);
});

describe('the output of the engine', () => {
  const levels = ['debug', 'info', 'warn', 'error'] as const;

  it.each([
    ['stdout', 'hello', 'debug'],
    ['stderr', 'The store could not be closed', 'warn'],
    ['stderr', '2026-11-21 15:00:00 [W:onnxruntime:, graph.cc:1] Unused', 'warn'],
    ['stderr', '2026-11-21 15:00:00 [I:onnxruntime:, session.cc:1] Done', 'debug'],
    ['stdout', '2026-11-21 15:00:00 [E:onnxruntime:, session.cc:1] Broken', 'error'],
  ] as const)('on %s, "%s" is logged as %s', (stream, line, level) => {
    const logged: string[] = [];
    const [debug, info, warn, error] = levels.map(name => (message: string) => void logged.push(`${name} ${message}`));
    logEngineLine({ debug: debug!, info: info!, warn: warn!, error: error! }, stream, line);
    expect(logged).toEqual([`${level} [engine] ${line}`]);
  });
});
