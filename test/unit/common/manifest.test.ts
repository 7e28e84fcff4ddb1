import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { commandIds, configurationSection, contextKeys, modelVendor, participantId, settingDefaults, toolNames, viewIds, walkthroughId } from '../../../src/common/ids';
import { slashCommands } from '../../../src/common/slashCommands';

const root = join(import.meta.dirname, '../../..');

const texts = v.record(v.string(), v.string());
const manifestSchema = v.looseObject({
  displayName: v.string(),
  description: v.string(),
  contributes: v.looseObject({
    viewsContainers: v.object({ secondarySidebar: v.array(v.looseObject({ id: v.string() })) }),
    views: v.record(v.string(), v.array(v.looseObject({ id: v.string() }))),
    commands: v.array(v.looseObject({ command: v.string(), enablement: v.optional(v.string()) })),
    submenus: v.array(v.looseObject({ id: v.string(), label: v.string() })),
    viewsWelcome: v.array(v.looseObject({ view: v.string(), contents: v.string(), when: v.string() })),
    menus: v.record(v.string(), v.array(v.looseObject({ command: v.optional(v.string()), submenu: v.optional(v.string()), when: v.string() }))),
    configuration: v.looseObject({ properties: v.record(v.string(), v.looseObject({ default: v.unknown(), scope: v.string(), order: v.number() })) }),
    chatParticipants: v.array(v.looseObject({ id: v.string(), commands: v.array(v.looseObject({ name: v.string() })) })),
    languageModelChatProviders: v.array(v.looseObject({ vendor: v.string() })),
    languageModelTools: v.array(v.looseObject({ name: v.string() })),
    walkthroughs: v.array(v.looseObject({ id: v.string(), steps: v.array(v.looseObject({ description: v.string(), media: v.object({ svg: v.string(), altText: v.string() }), completionEvents: v.array(v.string()) })) })),
  }),
  capabilities: v.looseObject({ untrustedWorkspaces: v.looseObject({ restrictedConfigurations: v.array(v.string()) }) }),
});

const { displayName, description, contributes, capabilities } = v.parse(manifestSchema, readJson('package.json'));
const strings = v.parse(texts, readJson('package.nls.json'));

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

/** Manifest keys whose text the user reads. */
const visible = new Set(['title', 'name', 'fullName', 'description', 'markdownDescription', 'userDescription', 'category', 'displayName', 'deprecationMessage', 'shortTitle', 'altText', 'label', 'contents']);
/** What is typed in a chat is a name of the product, and what a model reads is English. */
const untranslated = /\.(chatParticipants\.\d+(\.commands\.\d+)?\.name|languageModelTools\.\d+\.name|languageModelTools\.\d+\.inputSchema\..*)$/;

function* visibleTexts(value: unknown, path = ''): Generator<{ path: string; text: string }> {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    const here = `${path}.${key}`;
    if (untranslated.test(here)) {
      continue;
    }
    if (typeof child === 'string' && (visible.has(key) || /\.(enum|markdownEnum)Descriptions$/.test(path))) {
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
  const views = new Set<string>(Object.values(viewIds));
  const submenus = new Set(contributes.submenus.map(({ id }) => id));
  for (const [menu, entries] of Object.entries(contributes.menus)) {
    for (const entry of entries) {
      expect(entry.command === undefined ? submenus.has(entry.submenu ?? '') : known.has(entry.command)).toBe(true);
      // Other menus are about the file that they were opened on.
      expect(menu.startsWith('view/') ? views.has(/view == ([\w.]+)/.exec(entry.when)?.[1] ?? '') : entry.when.includes('resourceScheme')).toBe(true);
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
  expect(contributes.views[viewIds.container]?.map(({ id }) => id)).toEqual([viewIds.chat, viewIds.memory]);
});

test('the manifest declares the settings of the code, with their defaults', () => {
  const declared = Object.fromEntries(Object.entries(contributes.configuration.properties).map(([key, setting]) => [key, setting.default]));
  expect(declared).toEqual(Object.fromEntries(Object.entries(settingDefaults).map(([key, value]) => [`${configurationSection}.${key}`, value])));
});

test('only a trusted workspace can choose the model, and none the rest of the engine', () => {
  const properties = contributes.configuration.properties;
  const restricted = capabilities.untrustedWorkspaces.restrictedConfigurations;
  expect(restricted).toEqual(['shorthand.models.active']);
  expect(restricted.map(id => properties[id]?.scope)).toEqual(['machine-overridable']);
  for (const key of ['models.folder', 'engine.threads', 'engine.executionProvider', 'memory.budgetMB', 'engine.idleMinutes']) {
    expect(properties[`${configurationSection}.${key}`]?.scope).toBe('machine');
  }
});

test('the settings are few, and each has a place of its own', () => {
  const orders = Object.values(contributes.configuration.properties).map(({ order }) => order);
  expect(orders.length).toBeGreaterThanOrEqual(10);
  expect(orders.length).toBeLessThanOrEqual(15);
  expect(new Set(orders).size).toBe(orders.length);
});

test('settings link only to settings that exist', () => {
  const linked = Object.entries(strings).flatMap(([key, text]) => (key.startsWith('configuration.') ? [...text.matchAll(/`#([\w.]+)#`/g)].map(match => match[1] ?? '') : []));
  const known = Object.keys(contributes.configuration.properties);
  expect(linked.filter(id => id.startsWith(configurationSection) && !known.includes(id))).toEqual([]);
});

test('the manifest contributes what the code gives to VS Code\'s own chat', () => {
  expect(contributes.chatParticipants.map(({ id }) => id)).toEqual([participantId]);
  expect(contributes.chatParticipants[0]?.commands.map(({ name }) => name)).toEqual(slashCommands);
  expect(contributes.languageModelChatProviders.map(({ vendor }) => vendor)).toEqual([modelVendor]);
  expect(contributes.languageModelTools.map(({ name }) => name)).toEqual(Object.values(toolNames));
});

test('the walkthrough has pictures, and its links and events name what exists', () => {
  const [walkthrough] = contributes.walkthroughs;
  expect(walkthrough?.id).toBe(walkthroughId);
  const known = new Set([...Object.values(commandIds), ...Object.values(viewIds).map(id => `${id}.focus`), ...Object.values(viewIds), ...Object.values(contextKeys)]);
  for (const { description: text, media, completionEvents } of walkthrough?.steps ?? []) {
    const links = [...(strings[text.slice(1, -1)] ?? '').matchAll(/\(command:([\w.]+)/g)].map(match => match[1] ?? '');
    const events = completionEvents.map(event => event.slice(event.indexOf(':') + 1));
    expect(links.length).toBeGreaterThan(0);
    expect([...links, ...events].filter(id => id.startsWith('shorthand') && !known.has(id))).toEqual([]);
    expect(readFileSync(join(root, media.svg), 'utf8')).toMatch(/var\(--vscode-/);
    expect(readFileSync(join(root, media.svg), 'utf8')).not.toMatch(/#[\da-f]{3,8}\b|rgb|@import|href/i);
  }
});

test('every visible string is a key of package.nls.json, and every key is used', () => {
  const used = [...visibleTexts({ displayName, description, contributes, capabilities })];
  expect(used.filter(({ text }) => !/^%[\w.]+%$/.test(text))).toEqual([]);
  const keys = new Set(used.map(({ text }) => text.slice(1, -1)));
  expect([...keys].sort()).toEqual(Object.keys(strings).sort());
});
