import fs from 'node:fs';
import path from 'node:path';
import type { Profile } from '../../../../scripts/lib/vscode/profile.mjs';

/**
 * Makes a language one that VS Code can be shown in, by the list that it keeps of installed language packs. The pack translates nothing of VS Code
 * itself: what is not English is the extension's.
 */
export function addLanguage(profile: Profile, language: string): void {
  const texts = path.join(profile.folder, 'language.json');
  fs.writeFileSync(texts, JSON.stringify({ version: '1.0.0', contents: {} }));
  const packs = { [language]: { hash: language, label: language, extensions: [{ extensionIdentifier: { id: 'test.language' }, version: '1.0.0' }], translations: { vscode: texts } } };
  fs.writeFileSync(path.join(profile.data, 'languagepacks.json'), JSON.stringify(packs));
}
