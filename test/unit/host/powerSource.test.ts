import { expect, test, vi } from 'vitest';
import { powerSource, type PowerProbe } from '../../../src/host/memory/background/powerSource';

function probe(platform: NodeJS.Platform, parts: Partial<PowerProbe> = {}): PowerProbe {
  const none = () => Promise.reject(new Error('not asked for'));
  return { platform, list: none, read: none, run: none, ...parts };
}

/** /sys/class/power_supply as a map of files. */
function linux(files: Readonly<Record<string, string>>): PowerProbe {
  const folder = '/sys/class/power_supply/';
  return probe('linux', {
    list: async () => [...new Set(Object.keys(files).map(file => file.split('/')[0]!))],
    read: async file => files[file.slice(folder.length)] ?? Promise.reject(new Error('ENOENT')),
  });
}

test.each([
  ['a laptop off the charger', { 'AC/type': 'Mains\n', 'AC/online': '0\n', 'BAT0/type': 'Battery\n', 'BAT0/status': 'Discharging\n' }, true],
  ['a laptop on the charger', { 'AC/type': 'Mains\n', 'AC/online': '1\n', 'BAT0/type': 'Battery\n', 'BAT0/status': 'Charging\n' }, false],
  ['a weak charger: the battery helps out', { 'AC/type': 'USB\n', 'AC/online': '1\n', 'BAT0/type': 'Battery\n', 'BAT0/status': 'Discharging\n' }, false],
  ['a desktop with a mouse that runs on a battery', { 'mouse/type': 'Battery\n', 'mouse/scope': 'Device\n', 'mouse/status': 'Discharging\n' }, false],
  ['a machine without anything', {}, false],
])('Linux: %s', async (_, files, expected) => {
  expect(await powerSource(0, linux(files)).onBattery()).toBe(expected);
});

test.each([
  ['darwin', "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1)\t83%; discharging;", true],
  ['darwin', "Now drawing from 'AC Power'\n", false],
  ['win32', '1\r\n', true],
  ['win32', '2\r\n', false],
  ['win32', '', false],
] as const)('%s: %j', async (platform, output, expected) => {
  expect(await powerSource(0, probe(platform, { run: async () => output })).onBattery()).toBe(expected);
});

test('a system that does not tell counts as plugged in', async () => {
  expect(await powerSource(0, probe('linux')).onBattery()).toBe(false);
  expect(await powerSource(0, probe('win32')).onBattery()).toBe(false);
  expect(await powerSource(0, probe('aix')).onBattery()).toBe(false);
});

test('the system is asked once in a while only', async () => {
  vi.useFakeTimers();
  const run = vi.fn(async () => "'AC Power'");
  const source = powerSource(1000, probe('darwin', { run }));
  await Promise.all([source.onBattery(), source.onBattery()]);
  expect(run).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  await source.onBattery();
  expect(run).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});
