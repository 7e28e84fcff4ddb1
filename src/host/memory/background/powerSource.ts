import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** Whether the machine runs on its battery. VS Code has no API for it where extensions run. */
export interface PowerSource {
  onBattery(): Promise<boolean>;
}

/** What the system is asked with; tests put their own in place. */
export interface PowerProbe {
  readonly platform: NodeJS.Platform;
  readonly list: (folder: string) => Promise<readonly string[]>;
  readonly read: (file: string) => Promise<string>;
  /** Standard output of a program. */
  readonly run: (program: string, args: readonly string[]) => Promise<string>;
}

const linuxFolder = '/sys/class/power_supply';
const runFile = promisify(execFile);

const systemProbe: PowerProbe = {
  platform: process.platform,
  list: folder => readdir(folder),
  read: file => readFile(file, 'utf8'),
  run: async (program, args) => (await runFile(program, [...args], { timeout: 5000, windowsHide: true })).stdout,
};

/** The power source of this machine, asked anew after `freshMs`. A machine that does not tell counts as plugged in. */
export function powerSource(freshMs: number, probe: PowerProbe = systemProbe): PowerSource {
  let known: { readonly at: number; readonly answer: Promise<boolean> } | undefined;
  return {
    onBattery: () => {
      if (known === undefined || Date.now() - known.at >= freshMs) {
        known = { at: Date.now(), answer: ask(probe).catch(() => false) };
      }
      return known.answer;
    },
  };
}

function ask(probe: PowerProbe): Promise<boolean> {
  switch (probe.platform) {
    case 'linux':
      return askLinux(probe);
    case 'darwin':
      return askMac(probe);
    case 'win32':
      return askWindows(probe);
    default:
      return Promise.resolve(false);
  }
}

/** A battery that discharges, and no charger that is plugged in. A mouse has a battery, too: its scope is `Device`. */
async function askLinux({ list, read }: PowerProbe): Promise<boolean> {
  const supplies = await Promise.all(
    (await list(linuxFolder)).map(async name => {
      const value = async (field: string): Promise<string> => read(path.posix.join(linuxFolder, name, field)).then(text => text.trim(), () => '');
      return { type: await value('type'), scope: await value('scope'), status: await value('status'), online: await value('online') };
    }),
  );
  const ofMachine = supplies.filter(({ scope }) => scope !== 'Device');
  const pluggedIn = ofMachine.some(({ type, online }) => type !== 'Battery' && online !== '' && online !== '0');
  return !pluggedIn && ofMachine.some(({ type, status }) => type === 'Battery' && status === 'Discharging');
}

async function askMac({ run }: PowerProbe): Promise<boolean> {
  return /drawing from 'Battery Power'/.test(await run('/usr/bin/pmset', ['-g', 'batt']));
}

/** `Win32_Battery` tells 1 while it discharges, 4 when it is low and 5 when critical; nothing without a battery. */
async function askWindows({ run }: PowerProbe): Promise<boolean> {
  const status = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', '(Get-CimInstance -ClassName Win32_Battery).BatteryStatus']);
  return status.split(/\s+/).some(value => ['1', '4', '5'].includes(value));
}
