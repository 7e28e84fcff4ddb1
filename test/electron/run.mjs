/**
 * Runs the in-host suite in VS Code's desktop application, which @vscode/test-electron downloads: for machines with the internet and a
 * display. The packaged extension must exist (`npm run package`).
 *
 *   node test/electron/run.mjs [--version stable]
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import { runMain } from '../../scripts/lib/main.mjs';
import { cache, inRoot } from '../../scripts/lib/paths.mjs';
import { copySources } from '../../scripts/lib/sampleWorkspace.mjs';
import { temporaryProfile } from '../../scripts/lib/vscode/profile.mjs';
import { vsixPath } from '../../scripts/lib/vsix.mjs';
import { bundleSuite } from '../inhost/run.mjs';

/** Chromium refuses its sandbox to root, as whom containers run. */
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

await runMain(async () => {
  const { values } = parseArgs({ options: { version: { type: 'string', default: 'stable' } } });
  const vscodeExecutablePath = await downloadAndUnzipVSCode({ version: values.version, cachePath: path.join(cache, 'electron') });
  const profile = temporaryProfile('electron');
  const isolation = ['--user-data-dir', profile.data, '--extensions-dir', profile.extensions];
  // It is not reused: without the word, a second pair of profile folders would come before ours.
  const [cli = 'code', ...args] = resolveCliArgsFromVSCodeExecutablePath(vscodeExecutablePath, { reuseMachineInstall: true });
  const { status } = spawnSync(cli, [...args, ...isolation, ...sandbox, '--install-extension', vsixPath(), '--force'], { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) {
    throw new Error('The extension could not be installed.');
  }
  const workspace = path.join(profile.folder, 'workspace');
  copySources(workspace, ['src/common']);
  await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: inRoot('test/inhost/driver'),
    extensionTestsPath: await bundleSuite(),
    extensionTestsEnv: { SHORTHAND_TEST_RESULTS: path.join(profile.folder, 'results.jsonl'), SHORTHAND_TEST_NETWORK: path.join(profile.folder, 'network.jsonl') },
    launchArgs: [workspace, ...isolation, '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes', ...sandbox],
  });
  fs.rmSync(profile.folder, { recursive: true, force: true });
});
