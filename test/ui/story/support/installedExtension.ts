import fs from 'node:fs';
import type { TestProject } from 'vitest/node';
import { temporaryProfile, type Profile } from '../../../../scripts/lib/vscode/profile.mjs';
import { installExtension } from '../../../../scripts/lib/vscode/server.mjs';
import { vsixPath } from '../../../../scripts/lib/vsix.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** An extensions folder into which VS Code has installed the package. */
    readonly installedExtension: string;
  }
}

let profile: Profile | undefined;

/** Installs the package once for all stories: VS Code takes seconds for it, and what it makes of it can be copied. */
export async function setup(project: TestProject): Promise<void> {
  profile = temporaryProfile('installed');
  await installExtension(profile, vsixPath());
  project.provide('installedExtension', profile.extensions);
}

export function teardown(): void {
  if (profile !== undefined) {
    fs.rmSync(profile.folder, { recursive: true, force: true });
  }
}
