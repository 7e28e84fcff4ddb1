import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map(name => join(root, folder, name));
}

test('l10n/bundle.l10n.json holds exactly the strings of the sources', async () => {
  const files = [...sources('src'), ...sources('webview')].map(file => ({ contents: readFileSync(file, 'utf8'), extension: '.ts' }));
  const strings = await getL10nJson(files.filter(({ contents }) => contents.includes('l10n')));
  const bundle = JSON.parse(readFileSync(join(root, 'l10n/bundle.l10n.json'), 'utf8'));
  expect(Object.keys(bundle).sort(), 'run `npx vscode-l10n-dev export -o ./l10n ./src ./webview`').toEqual(Object.keys(strings).sort());
});
