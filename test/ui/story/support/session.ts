import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { inject, vi } from 'vitest';
import { copySources } from '../../../../scripts/lib/sampleWorkspace.mjs';
import { launchChromium } from '../../../../scripts/lib/vscode/chromium.mjs';
import { temporaryProfile, type Profile } from '../../../../scripts/lib/vscode/profile.mjs';
import { startServer, type Server } from '../../../../scripts/lib/vscode/server.mjs';
import { addBattery } from './battery';
import { addLanguage } from './languagePack';

export interface SessionOptions {
  /** User settings on top of the story's own. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the machine that the server runs on, where those about its hardware count. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Folders of the repository that make the workspace; a single one becomes the workspace itself. */
  readonly sources?: readonly string[];
  /** Folders of a workspace that has several, each with a folder of the repository that is copied there; in place of `sources`. */
  readonly roots?: Readonly<Record<string, string>>;
  /** True for a machine that runs on its battery. */
  readonly battery?: boolean;
  /** Settings that stand in the workspace from the start. */
  readonly workspaceSettings?: Readonly<Record<string, unknown>>;
  /** False for a story that installs the extension itself. */
  readonly installed?: boolean;
  /** The language that VS Code is shown in; English, unless it says otherwise. */
  readonly language?: string;
  /** Environment variables of the extension host. */
  readonly env?: NodeJS.ProcessEnv;
}

/** What VS Code calls its themes, the class that its window has in them, and what webviews are told. Every story begins in the dark one. */
const themes = {
  dark: { label: 'Dark Modern', windowClass: 'vs-dark', kind: 'vscode-dark' },
  light: { label: 'Light Modern', windowClass: 'vs', kind: 'vscode-light' },
  'high-contrast': { label: 'Default High Contrast', windowClass: 'hc-black', kind: 'vscode-high-contrast' },
} as const;

export type Theme = keyof typeof themes;

/** VS Code in a browser, with the packaged extension and a workspace that may be changed. */
export class Session {
  readonly #consoleErrors: string[] = [];

  private constructor(
    readonly workspace: string,
    /** Folders in it, where it has several. */
    private readonly roots: readonly string[],
    readonly page: Page,
    private readonly profile: Profile,
    private readonly server: Server,
    private readonly browser: Browser,
  ) {
    page.on('console', message => message.type() === 'error' && this.#consoleErrors.push(message.text()));
  }

  /** Workspace trust stays on: a user meets it, and switching it off would hide bugs. */
  static async open({ settings = {}, machineSettings, sources = ['src', 'webview'], roots, battery = false, workspaceSettings, installed = true, language, env }: SessionOptions = {}): Promise<Session> {
    const profile = temporaryProfile('ui', {
      'workbench.colorTheme': themes.dark.label,
      // Half faded notifications are not worth a picture.
      'workbench.reduceMotion': 'on',
      'security.workspace.trust.startupPrompt': 'always',
      // The story compresses by command; the background would be faster.
      'shorthand.compression.background': 'off',
      'shorthand.compression.exclude': ['.vscode'],
      ...settings,
    });
    if (machineSettings !== undefined) {
      fs.mkdirSync(path.join(profile.data, 'Machine'), { recursive: true });
      fs.writeFileSync(path.join(profile.data, 'Machine', 'settings.json'), JSON.stringify(machineSettings));
    }
    const workspace = path.join(profile.folder, 'sample');
    for (const [root, folder] of Object.entries(roots ?? {})) {
      copySources(path.join(workspace, root), [folder]);
    }
    if (roots === undefined) {
      copySources(workspace, sources);
    }
    if (workspaceSettings !== undefined) {
      writeSettings(workspace, workspaceSettings);
    }
    if (installed) {
      fs.cpSync(inject('installedExtension'), profile.extensions, { recursive: true });
    }
    if (language !== undefined) {
      addLanguage(profile, language);
    }
    if (battery) {
      addBattery(profile);
    }
    const server = await startServer(profile, { args: language === undefined ? [] : ['--locale', language], ...(env === undefined ? {} : { env }) });
    const browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const session = new Session(workspace, Object.keys(roots ?? {}), page, profile, server, browser);
    await page.goto(`${server.origin}/?${session.#place()}`);
    return session;
  }

  /**
   * Errors in the browser's console that name Shorthand or a policy of its pages. A page that goes while one of its files is still on the way
   * makes VS Code complain that it could not be delivered: that is no fault.
   */
  complaints(): readonly string[] {
    return this.#consoleErrors.filter(text => /content security policy|shorthand/i.test(text) && !text.includes('Webview.loadLocalResource - Error using fileReader'));
  }

  /** Sets the workspace's settings. VS Code notices the change by itself, soon. */
  async changeSettings(settings: Record<string, unknown>): Promise<void> {
    this.#writeSettings(settings);
    await sleep(2000);
  }

  /** Shows everything in another theme, webviews in sight included. `settings` are the workspace's other ones. */
  async changeTheme(theme: Theme, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { label, windowClass, kind } = themes[theme];
    const shown = this.page.locator(`.monaco-workbench.${windowClass}`);
    const change = async (): Promise<void> => {
      // Written again where VS Code has missed the change, or read the file while it was written.
      this.#writeSettings({ ...settings, 'workbench.colorTheme': label });
      await shown.waitFor({ timeout: 15_000 });
    };
    await vi.waitFor(change, { timeout: 60_000 });
    const inTheme = `[undefined, '${kind}'].includes(document.body?.dataset.vscodeThemeKind)`;
    // A webview that is hidden, or goes, hears of it later or never.
    await Promise.all(this.page.frames().map(frame => frame.waitForFunction(inTheme, undefined, { timeout: 5000 }).catch(() => undefined)));
  }

  /** What VS Code is asked to open. */
  #place(): string {
    return this.roots.length === 0 ? `folder=${encodeURIComponent(this.workspace)}` : `workspace=${encodeURIComponent(this.#writeWorkspaceFile({}))}`;
  }

  #writeSettings(settings: Readonly<Record<string, unknown>>): void {
    if (this.roots.length === 0) {
      writeSettings(this.workspace, settings);
    } else {
      this.#writeWorkspaceFile(settings);
    }
  }

  #writeWorkspaceFile(settings: Readonly<Record<string, unknown>>): string {
    const file = path.join(this.workspace, 'sample.code-workspace');
    fs.writeFileSync(file, JSON.stringify({ folders: this.roots.map(root => ({ path: root })), settings }));
    return file;
  }

  /** The extension as it is installed. */
  get extensionFolder(): string {
    const name = fs.readdirSync(this.profile.extensions).find(folder => folder.startsWith('shorthand.shorthand-'));
    return path.join(this.profile.extensions, name ?? 'missing');
  }

  /** Where the extension keeps what belongs to no workspace. */
  get globalStorage(): string {
    return path.join(this.profile.data, 'User', 'globalStorage', 'shorthand.shorthand');
  }

  /** Engine processes of this VS Code; undefined where processes can't be seen. */
  engines(): string[] | undefined {
    if (process.platform !== 'linux') {
      return undefined;
    }
    return fs.readdirSync('/proc').filter(pid => {
      const commandLine = /^\d+$/.test(pid) ? readIfThere(`/proc/${pid}/cmdline`) : '';
      return commandLine.includes(this.profile.extensions) && commandLine.includes('engine.js');
    });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    fs.rmSync(this.profile.folder, { recursive: true, force: true });
  }
}

function writeSettings(workspace: string, settings: Readonly<Record<string, unknown>>): void {
  const folder = path.join(workspace, '.vscode');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'settings.json'), JSON.stringify(settings));
}

function readIfThere(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    // The process has ended meanwhile.
    return '';
  }
}
