import fs from 'node:fs';
import path from 'node:path';
import type { Profile } from '../../../../scripts/lib/vscode/profile.mjs';

/** What Linux tells of a laptop off its charger. */
const powerSupply = {
  AC: { type: 'Mains', online: '0' },
  BAT0: { type: 'Battery', scope: 'System', status: 'Discharging', capacity: '57' },
};

const id = { publisher: 'test', name: 'battery', version: '1.0.0' };

/** Reads of the kernel's folder go to another one, for all that runs in the extension host. */
const main = (folder: string): string => `
const fs = require('node:fs/promises');
const kernel = '/sys/class/power_supply';
for (const name of ['readdir', 'readFile']) {
  const original = fs[name];
  fs[name] = (file, ...rest) => original(String(file).startsWith(kernel) ? ${JSON.stringify(folder)} + String(file).slice(kernel.length) : file, ...rest);
}
exports.activate = () => {};
`;

/** Has the machine run on its battery, as far as an extension can see: installs an extension that stands in for the kernel. */
export function addBattery(profile: Profile): void {
  const folder = path.join(profile.folder, 'power_supply');
  for (const [supply, fields] of Object.entries(powerSupply)) {
    fs.mkdirSync(path.join(folder, supply), { recursive: true });
    for (const [field, value] of Object.entries(fields)) {
      fs.writeFileSync(path.join(folder, supply, field), `${value}\n`);
    }
  }
  const extension = path.join(profile.extensions, `${id.publisher}.${id.name}-${id.version}`);
  fs.mkdirSync(extension);
  const manifest = { ...id, engines: { vscode: '^1.106.0' }, activationEvents: ['*'], main: './main.js', capabilities: { untrustedWorkspaces: { supported: true } } };
  fs.writeFileSync(path.join(extension, 'package.json'), JSON.stringify(manifest));
  fs.writeFileSync(path.join(extension, 'main.js'), main(folder));
  const list = path.join(profile.extensions, 'extensions.json');
  const installed = JSON.parse(fs.readFileSync(list, 'utf8')) as readonly unknown[];
  const entry = { identifier: { id: `${id.publisher}.${id.name}` }, version: id.version, location: { $mid: 1, path: extension, scheme: 'file' }, relativeLocation: path.basename(extension) };
  fs.writeFileSync(list, JSON.stringify([...installed, entry]));
}
