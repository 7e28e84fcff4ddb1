import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ShorthandError } from '../../../src/common/errors';
import type { Hold } from '../../../src/host/memory/background/backgroundState';
import { BackgroundWork } from '../../../src/host/memory/background/backgroundWork';
import type { IdleTask } from '../../../src/host/memory/background/idleTasks';
import { silentLog } from './fakes';

/** One step that a test ends by hand. */
interface Step {
  readonly name: string;
  readonly signal: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const steps: Step[] = [];
let tasks: readonly IdleTask[];
let hold: Hold | undefined;
let whole: boolean;
let work: BackgroundWork;

function begin(name: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    steps.push({ name, signal, resolve, reject });
    signal.addEventListener('abort', () => reject(new ShorthandError('cancelled', 'x')));
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  steps.length = 0;
  tasks = [];
  hold = undefined;
  whole = true;
  work = new BackgroundWork({
    steps: {
      list: async signal => {
        steps.push({ name: 'list', signal, resolve: () => undefined, reject: () => undefined });
        return tasks;
      },
      compressTouched: (paths, signal) => begin(`touched ${paths.join()}`, signal),
      compress: (paths, signal) => begin(`compress ${paths.join()}`, signal),
      measure: (paths, signal) => begin(`measure ${paths.join()}`, signal),
    },
    hold: async () => hold,
    wholeWorkspace: () => whole,
    log: silentLog,
    quietMs: 2000,
    idleMs: 10_000,
    holdMs: 60_000,
  });
});

afterEach(() => {
  work.dispose();
  vi.useRealTimers();
});

const names = (): string[] => steps.map(step => step.name);
/** Time passes, and what is due at its end happens. */
const wait = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms);
  // A timer that is set as another fires takes a millisecond at least.
  await vi.advanceTimersByTimeAsync(5);
};
const end = async (): Promise<void> => {
  steps.at(-1)?.resolve();
  await wait(0);
};

test('a file is compressed once it was left alone, the newest first', async () => {
  whole = false;
  work.fileTouched('a');
  await wait(1500);
  work.fileTouched('a');
  work.fileTouched('b');
  await wait(1500);
  expect(names()).toEqual([]);
  await wait(600);
  expect(names()).toEqual(['touched b,a']);
  expect(work.state).toEqual({ kind: 'compressing', filesLeft: 2 });
  await end();
  expect(work.state).toEqual({ kind: 'waiting' });
  await wait(100_000);
  expect(names(), 'nothing else without the whole workspace').toHaveLength(1);
});

test('a file that is edited while it is compressed is compressed again', async () => {
  whole = false;
  work.fileTouched('a');
  await wait(2000);
  work.fileTouched('a');
  await end();
  await wait(2000);
  expect(names()).toEqual(['touched a', 'touched a']);
});

test('idle time goes to the rest of the workspace, a step at a time, and to fidelity at the end', async () => {
  tasks = [{ kind: 'compress', paths: ['a', 'b'] }, { kind: 'compress', paths: ['c'] }, { kind: 'measure', paths: ['a'] }];
  await work.renew();
  await wait(9900);
  expect(names()).toEqual([]);
  await wait(100);
  expect(names()).toEqual(['list', 'compress a,b']);
  expect(work.state).toEqual({ kind: 'compressing', filesLeft: 3 });
  await wait(60_000);
  expect(names(), 'one step at a time').toHaveLength(2);
  await end();
  expect(names().at(-1)).toBe('compress c');
  await end();
  expect(work.state).toEqual({ kind: 'measuring', filesLeft: 1 });
  await end();
  expect(work.state).toEqual({ kind: 'waiting' });
  await wait(600_000);
  expect(names(), 'there is nothing left').toEqual(['list', 'compress a,b', 'compress c', 'measure a']);
});

test('typing puts idle work back; it goes on after the next idle time', async () => {
  tasks = [{ kind: 'compress', paths: ['a'] }];
  await work.renew();
  await wait(10_000);
  const [, first] = steps;
  work.userActive();
  await wait(0);
  expect(first?.signal.aborted).toBe(true);
  expect(work.state).toEqual({ kind: 'waiting' });
  await wait(9000);
  expect(names()).toHaveLength(2);
  await wait(1000);
  expect(names().at(-1)).toBe('compress a');
  expect(steps).toHaveLength(3);
});

test('a question of the user makes any step give way, and the file is compressed later', async () => {
  whole = false;
  work.fileTouched('a');
  await wait(2000);
  work.userAsks();
  await wait(0);
  expect(steps[0]?.signal.aborted).toBe(true);
  await wait(1900);
  expect(steps).toHaveLength(1);
  await wait(100);
  expect(names()).toEqual(['touched a', 'touched a']);
});

test('typing does not disturb a file that was touched before', async () => {
  whole = false;
  work.fileTouched('a');
  await wait(2000);
  work.userActive();
  expect(steps[0]?.signal.aborted).toBe(false);
});

test.each(['off', 'unused', 'paused', 'engineFailed'] as const)('nothing is done while it is %s', async kind => {
  hold = kind;
  await work.renew();
  expect(work.state).toEqual({ kind });
  work.fileTouched('a');
  await wait(100_000);
  expect(names()).toEqual([]);
  hold = undefined;
  await work.renew();
  await wait(0);
  expect(names(), 'it was not forgotten').toEqual(['touched a']);
});

test('a pause stops the step under way', async () => {
  work.fileTouched('a');
  await wait(2000);
  hold = 'paused';
  await work.renew();
  await wait(0);
  expect(steps[0]?.signal.aborted).toBe(true);
  expect(work.state).toEqual({ kind: 'paused' });
});

test('on battery it waits, and looks again by itself', async () => {
  hold = 'onBattery';
  work.fileTouched('a');
  await wait(2000);
  expect(work.state).toEqual({ kind: 'onBattery' });
  hold = undefined;
  await wait(60_000);
  expect(names()).toEqual(['touched a']);
});

test('a failure is not repeated until something changes', async () => {
  tasks = [{ kind: 'compress', paths: ['a'] }, { kind: 'compress', paths: ['b'] }];
  await work.renew();
  await wait(10_000);
  steps.at(-1)?.reject(new ShorthandError('disk-full', 'x'));
  await wait(600_000);
  expect(names()).toEqual(['list', 'compress a']);
  work.workspaceChanged();
  await wait(0);
  expect(names()).toEqual(['list', 'compress a', 'list', 'compress a']);
});

test('files that change all the time do not make it look through the workspace all the time', async () => {
  await work.renew();
  await wait(10_000);
  for (let second = 0; second < 60; second++) {
    work.workspaceChanged();
    await wait(1000);
  }
  expect(names()).toEqual(['list', 'list', 'list']);
});

test('disposal aborts the step and starts none', async () => {
  work.fileTouched('a');
  await wait(2000);
  work.dispose();
  expect(steps[0]?.signal.aborted).toBe(true);
  work.fileTouched('b');
  await wait(100_000);
  expect(steps).toHaveLength(1);
});
