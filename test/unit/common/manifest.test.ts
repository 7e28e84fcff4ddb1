import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandIds, configurationSection, contextKeys, settingDefaults, viewIds } from '../../../src/common/ids';

const root = join(import.meta.dirname, '../../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const strings = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'));

/** Manifest keys whose text the user reads. */
const visible = new Set(['title', 'name', 'description', 'markdownDescription', 'category', 'displayName', 'deprecationMessage', 'shortTitle']);

function* texts(value: unknown, path = ''): Generator<{ path: string; text: string }> {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    const here = `${path}.${key}`;
    if (typeof child === 'string' && (visible.has(key) || path.endsWith('.enumDescriptions'))) {
      yield { path: here, text: child };
    } else {
      yield* texts(child, here);
    }
  }
}

test('the manifest contributes exactly the commands of the code', () => {
  const contributed = manifest.contributes.commands.map((command: { command: string }) => command.command);
  expect(contributed.sort()).toEqual(Object.values(commandIds).sort());
});

test('menus name known commands and views', () => {
  const known = new Set<string>(Object.values(commandIds));
  for (const entry of Object.values<{ command: string; when: string }[]>(manifest.contributes.menus).flat()) {
    expect(known).toContain(entry.command);
    expect(entry.when).toContain(viewIds.chat);
  }
});

test('enablement clauses use known context keys', () => {
  const keys = new Set<string>(Object.values(contextKeys));
  for (const { enablement } of manifest.contributes.commands) {
    for (const key of enablement?.match(/[\w.]+/g) ?? []) {
      expect(keys).toContain(key);
    }
  }
});

test('the manifest declares the views of the code', () => {
  expect(manifest.contributes.viewsContainers.secondarySidebar.map((container: { id: string }) => container.id)).toEqual([viewIds.container]);
  expect(manifest.contributes.views[viewIds.container].map((view: { id: string }) => view.id)).toEqual([viewIds.chat]);
});

test('the manifest declares the settings of the code, with their defaults', () => {
  const declared = Object.fromEntries(
    Object.entries<{ default: unknown }>(manifest.contributes.configuration.properties).map(([key, setting]) => [key, setting.default]),
  );
  expect(declared).toEqual(Object.fromEntries(Object.entries(settingDefaults).map(([key, value]) => [`${configurationSection}.${key}`, value])));
});

test('a workspace cannot choose what is loaded', () => {
  expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(['shorthand.models.folder']);
  for (const key of ['models.folder', 'engine.threads', 'memory.budgetMB', 'engine.idleMinutes']) {
    expect(manifest.contributes.configuration.properties[`shorthand.${key}`].scope).toBe('machine');
  }
});

test('every visible string is a key of package.nls.json, and every key is used', () => {
  const { name: _, ...rest } = manifest;
  const { displayName, description, contributes, capabilities } = rest;
  const used = [...texts({ displayName, description, contributes, capabilities })];
  expect(used.filter(({ text }) => !/^%[\w.]+%$/.test(text))).toEqual([]);
  const keys = new Set(used.map(({ text }) => text.slice(1, -1)));
  expect([...keys].sort()).toEqual(Object.keys(strings).sort());
});
