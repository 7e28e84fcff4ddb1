import * as v from 'valibot';
import * as vscode from 'vscode';
import { ratioSchema } from '../../common/bundle';
import { providerChoiceSchema } from '../../common/executionProviders';
import { configurationSection, settingDefaults, type Settings } from '../../common/ids';
import type { Schema } from '../../common/rpc/protocol';

const wholeNumber = v.pipe(v.number(), v.integer());

/** VS Code hands over whatever stands in settings.json; what doesn't match counts as unset. */
const schemas: { readonly [K in keyof Settings]: Schema<Settings[K]> } = {
  'compression.ratio': ratioSchema,
  'compression.background': v.picklist(['off', 'openFiles', 'workspace']),
  'compression.onBattery': v.boolean(),
  'compression.exclude': v.array(v.string()),
  'memory.budgetMB': v.pipe(wholeNumber, v.minValue(16)),
  'hover.enabled': v.boolean(),
  'inlineCompletion.enabled': v.boolean(),
  'context.positions': v.pipe(wholeNumber, v.minValue(0)),
  'chat.temperature': v.pipe(v.number(), v.minValue(0), v.maxValue(2)),
  'chat.maxTokens': v.pipe(wholeNumber, v.minValue(1), v.maxValue(4096)),
  'engine.threads': v.pipe(wholeNumber, v.minValue(0), v.maxValue(256)),
  'engine.executionProvider': providerChoiceSchema,
  'engine.idleMinutes': v.pipe(v.number(), v.minValue(0)),
  'models.active': v.string(),
  'models.folder': v.string(),
};

/** The value of a setting, or its default where the user's value is malformed. */
export function readSetting<K extends keyof Settings>(key: K, scope?: vscode.ConfigurationScope): Settings[K] {
  const value: unknown = vscode.workspace.getConfiguration(configurationSection, scope).get(key);
  return parseOr(schemas[key], value, settingDefaults[key]);
}

/** Calls back after any of the settings has changed. */
export function onDidChangeSettings(keys: readonly (keyof Settings)[], listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(event => {
    if (keys.some(key => event.affectsConfiguration(`${configurationSection}.${key}`))) {
      listener();
    }
  });
}

function parseOr<T>(schema: Schema<T>, value: unknown, fallback: T): T {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : fallback;
}
