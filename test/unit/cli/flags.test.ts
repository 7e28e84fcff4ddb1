import { homedir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { engineFlags } from '../../../src/cli/flags';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('keeps the store out of the current folder when the cache folder is set to nothing', () => {
  const variable = process.platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_CACHE_HOME';
  const folder = path.resolve('/caches');
  vi.stubEnv(variable, folder);
  expect(engineFlags({}).storeFile).toBe(path.join(folder, 'shorthand', 'slots.db'));
  vi.stubEnv(variable, '');
  expect(engineFlags({}).storeFile).toBe(path.join(homedir(), '.cache', 'shorthand', 'slots.db'));
});
