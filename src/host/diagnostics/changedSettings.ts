import { isDeepStrictEqual } from 'node:util';
import { settingDefaults, type Settings } from '../../common/ids';
import { readSetting } from '../settings/settings';

/** A setting that has another value than its default, as JSON. */
export interface ChangedSetting {
  readonly id: string;
  readonly value: string;
}

/** Names of globs and folders in settings may tell what a project is about: of lists, a report has the length alone. */
export function changedSettings(): ChangedSetting[] {
  const keys = Object.keys(settingDefaults).filter((key): key is keyof Settings => key in settingDefaults);
  return keys.flatMap(key => {
    const value = readSetting(key);
    return isDeepStrictEqual(value, settingDefaults[key]) ? [] : [{ id: key, value: Array.isArray(value) ? `${value.length} entries` : JSON.stringify(value) }];
  });
}
