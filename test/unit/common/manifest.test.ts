import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { commandIds, configurationSection, contextKeys, settingDefaults, viewIds } from '../../../src/common/ids';

const root = join(import.meta.dirname, '../../..');

const texts = v.record(v.string(), v.string());
const manifestSchema = v.looseObject({
  displayName: v.string(),
  description: v.string(),
  contributes: v.looseObject({
    viewsContainers: v.object({ secondarySidebar: v.array(v.looseObject({ id: v.string() })) }),
    views: v.record(v.string(), v.array(v.looseObject({ id: v.string() }))),
    commands: v.array(v.looseObject({ command: v.string(), enablement: v.optional(v.string()) })),
    menus: v.record(v.string(), v.array(v.looseObject({ command: v.string(), when: v.string() }))),
    configuration: v.looseObject({ properties: v.record(v.string(), v.looseObject({ default: v.unknown(), scope: v.string() })) }),
  }),
  capabilities: v.looseObject({ untrustedWorkspaces: v.looseObject({ restrictedConfigurations: v.array(v.string()) }) }),
});

const { displayName, description, contributes, capabilities } = v.parse(manifestSchema, readJson('package.json'));
const strings = v.parse(texts, readJson('package.nls.json'));

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

/** Manifest keys whose text the user reads. */
const visible = new Set(['title', 'name', 'description', 'markdownDescription', 'category', 'displayName', 'deprecationMessage', 'shortTitle']);

function* visibleTexts(value: unknown, path = ''): Generator<{ path: string; text: string }> {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    const here = `${path}.${key}`;
    if (typeof child === 'string' && (visible.has(key) || path.endsWith('.enumDescriptions'))) {
      yield { path: here, text: child };
    } else {
      yield* visibleTexts(child, here);
    }
  }
}

test('the manifest contributes exactly the commands of the code', () => {
  const contributed = contributes.commands.map(({ command }) => command);
  expect(contributed.sort()).toEqual(Object.values(commandIds).sort());
});

test('menus name known commands and views', () => {
  const known = new Set<string>(Object.values(commandIds));
  for (const [menu, entries] of Object.entries(contributes.menus)) {
    for (const entry of entries) {
      expect(known).toContain(entry.command);
      // Other menus are about the file that they were opened on.
      expect(entry.when).toContain(menu.startsWith('view/') ? viewIds.chat : 'resourceScheme');
    }
  }
});

test('enablement clauses use known context keys', () => {
  const keys = new Set<string>(Object.values(contextKeys));
  for (const { enablement } of contributes.commands) {
    for (const key of enablement?.match(/[\w.]+/g) ?? []) {
      expect(keys).toContain(key);
    }
  }
});

test('the manifest declares the views of the code', () => {
  expect(contributes.viewsContainers.secondarySidebar.map(({ id }) => id)).toEqual([viewIds.container]);
  expect(contributes.views[viewIds.container]?.map(({ id }) => id)).toEqual([viewIds.chat]);
});

test('the manifest declares the settings of the code, with their defaults', () => {
  const declared = Object.fromEntries(Object.entries(contributes.configuration.properties).map(([key, setting]) => [key, setting.default]));
  expect(declared).toEqual(Object.fromEntries(Object.entries(settingDefaults).map(([key, value]) => [`${configurationSection}.${key}`, value])));
});

test('a workspace cannot choose what is loaded', () => {
  expect(capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(['shorthand.models.folder']);
  for (const key of ['models.folder', 'engine.threads', 'memory.budgetMB', 'engine.idleMinutes']) {
    expect(contributes.configuration.properties[`${configurationSection}.${key}`]?.scope).toBe('machine');
  }
});

test('every visible string is a key of package.nls.json, and every key is used', () => {
  const used = [...visibleTexts({ displayName, description, contributes, capabilities })];
  expect(used.filter(({ text }) => !/^%[\w.]+%$/.test(text))).toEqual([]);
  const keys = new Set(used.map(({ text }) => text.slice(1, -1)));
  expect([...keys].sort()).toEqual(Object.keys(strings).sort());
});
