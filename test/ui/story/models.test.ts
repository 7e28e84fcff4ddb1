import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalogue } from '../../../src/models/catalogue/catalogue';
import { ModelServer } from '../../unit/models/modelServer';
import { tinyCheckpoint } from '../../unit/models/tinyCheckpoint';
import { Chat } from './support/chat';
import { ForwardProxy } from './support/forwardProxy';
import { keepFailures } from './support/keepFailures';
import { Models } from './support/models';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

const gatedRepository = 'meta-llama/Llama-3.2-1B-Instruct';
const weights = 'model.safetensors';
/** What is read takes no sampling: each model says its sentence. */
const settings = { 'shorthand.chat.maxTokens': 30 };

/** No such host exists: it is reached through the proxy of VS Code's settings alone. */
const hub = 'http://hub.invalid';

let server: ModelServer;
let proxy: ForwardProxy;
let session: Session;
let workbench: Workbench;
let chat: Chat;
let models: Models;

beforeAll(async () => {
  server = await ModelServer.open({
    'tests/Tiny': { files: tinyCheckpoint('Tiny model.'), licence: 'apache-2.0' },
    [gatedRepository]: { files: tinyCheckpoint('Gated lock!'), licence: 'llama3.2', token: 'hf_right' },
  });
  proxy = await ForwardProxy.open(server.url);
  const proxied = { 'http.proxy': proxy.url };
  session = await Session.open({
    sources: ['src/common'],
    settings: { ...settings, ...proxied },
    machineSettings: { ...proxied, 'http.proxySupport': 'override', 'http.useLocalProxyConfiguration': false },
    env: { HF_ENDPOINT: hub },
  });
  unpin(gatedRepository);
  workbench = new Workbench(session.page, 'models');
  chat = new Chat(session.page);
  models = new Models(session.page);
});

keepFailures(() => workbench);

afterAll(async () => {
  await session.close();
  proxy.close();
  server.close();
});

/** The server of this story has other files than the real repository: a pin would refuse them. */
function unpin(repository: string): void {
  const file = path.join(session.extensionFolder, 'models', 'catalogue.json');
  const catalogue = JSON.parse(fs.readFileSync(file, 'utf8')) as Catalogue;
  const unpinned = catalogue.models.map(model => (model.decoder.repository === repository ? { ...model, decoder: { ...model.decoder, pin: undefined } } : model));
  fs.writeFileSync(file, JSON.stringify({ ...catalogue, models: unpinned }));
}

async function ask(question: string): Promise<string> {
  await chat.ask(question);
  await expect.poll(() => chat.state(), { timeout: 60_000 }).toBe('answered');
  return (await chat.answerText()).trim();
}

async function openList(): Promise<void> {
  await chat.model.click();
  await models.row('shorthand-nano').waitFor({ timeout: 20_000 });
}

async function chooseAny(id: string): Promise<void> {
  await openList();
  await models.choose('Any Hugging Face', 'Any Hugging Face Model');
  await models.answer('Any Hugging Face Model', id);
}

/** The requests for the weights, as the server saw them. */
function ranges(): readonly (string | undefined)[] {
  return server.ranges.filter(range => range !== undefined);
}

/** The name changes once the model is loaded. Several notifications in a row do not all show as such. */
async function untilModelIs(name: string): Promise<void> {
  await expect.poll(() => chat.model.innerText(), { timeout: 60_000 }).toBe(name);
}

describe('a conversation', () => {
  it('begins with the model that comes with the extension', async () => {
    await workbench.trustWorkspace();
    await workbench.runCommand('Shorthand: Open Chat');
    await chat.field.waitFor({ timeout: 60_000 });
    await untilModelIs('shorthand-nano');
    await ask('What does the class DisposableStore do?');
  });
});

describe('the list of models', () => {
  it('names what is here, what suits this machine, and what each needs', async () => {
    await openList();
    expect(await models.row('shorthand-nano').innerText()).toMatch(/in use.*MB.*runs on CPU[^]*Apache-2\.0.*4,096 positions.*ARC compressor/s);
    await models.input.fill('Qwen2.5-Coder 0.5B');
    expect(await models.row('Qwen2.5-Coder 0.5B').innerText()).toMatch(/494M parameters.*memory[^]*apache-2\.0.*no compressor: files are read as raw text/s);
    await models.input.fill('');
    await workbench.screenshot('list');
    await session.page.keyboard.press('Escape');
  });
});

describe('a download', () => {
  it('begins once the licence is accepted, shows how far it is, and can be stopped', async () => {
    server.fault(weights, { kind: 'drop', after: 200_000 }, { kind: 'silent' }, { kind: 'none' });
    await chooseAny('tests/Tiny');
    await models.dialog.getByText(/Download tests\/Tiny\?/).waitFor({ timeout: 30_000 });
    expect(await models.dialog.innerText()).toMatch(/tests\/Tiny \(commit a{12}\): [\d.]+ kB in 5 files\. Licence: apache-2\.0/);
    expect(server.ranges).toEqual([]);
    await workbench.screenshot('licence');
    await models.press('Accept and Download');
    // The connection was lost after 200,000 bytes, and ten more came since.
    const progress = workbench.notification(/Downloading tests\/Tiny.*kB of/s);
    await progress.waitFor({ timeout: 30_000 });
    await expect.poll(() => ranges().at(-1), { timeout: 30_000 }).toMatch(/^bytes=\d{6}-$/);
    await workbench.screenshot('downloading');
    await models.pressIn(progress, 'Cancel');
    await workbench.notification(/Adding tests\/Tiny was stopped/).waitFor();
    await workbench.clearNotifications();
  });

  it('goes on where it ended, asks nothing again, and the new model answers in the same window', async () => {
    await chooseAny('tests/Tiny');
    await untilModelIs('tests-tiny');
    await workbench.screenshot('switched');
    expect(ranges().at(-1)).toMatch(/^bytes=\d{6}-$/);
    await expect.poll(() => chat.modelNotes.allInnerTexts()).toEqual(['tests-tiny answers from here on']);
    expect(await ask('And what are you?')).toBe('Tiny model.');
    expect(await chat.turns.count()).toBe(2);
    expect(await chat.modelNotes.allInnerTexts()).toEqual(['tests-tiny answers from here on']);
    await workbench.screenshot('answered');
    await workbench.clearNotifications();
    expect(proxy.hosts).toContain('hub.invalid');
    // The checkpoint is not needed any more.
    expect(fs.readdirSync(path.join(session.globalStorage, 'models'))).toEqual(['bundles']);
  });

  it('of wrong bytes is refused', async () => {
    server.fault(weights, { kind: 'wrong-bytes' });
    await openList();
    await models.choose('Llama 3.2 1B');
    await models.press('Accept and Download');
    await models.answer(/Access Token for meta-llama/, 'hf_right');
    await workbench.notification(/What the server sent is not the file that was announced/).waitFor({ timeout: 60_000 });
    await untilModelIs('tests-tiny');
    await workbench.clearNotifications();
  });

  it('of a gated model asks for a token, and for another one when that is refused', async () => {
    server.fault(weights, { kind: 'none' });
    await workbench.runCommand('Shorthand: Forget Hugging Face Token');
    await workbench.notification('The Hugging Face token was deleted.').waitFor();
    await workbench.clearNotifications();
    await openList();
    await models.choose('Llama 3.2 1B');
    await models.answer(/Access Token for meta-llama/, 'hf_wrong');
    await session.page.locator('.quick-input-widget:visible .quick-input-title', { hasText: 'Access Token' }).waitFor({ timeout: 30_000 });
    await workbench.screenshot('token');
    await models.answer(/Access Token for meta-llama/, 'hf_right');
    await untilModelIs('llama-3.2-1b');
    expect(await ask('Who is there?')).toBe('Gated lock!');
    await workbench.clearNotifications();
  });
});

describe('a model on this machine', () => {
  it('that is damaged leaves the one before in use, and says what to do', async () => {
    const bundles = path.join(session.globalStorage, 'models', 'bundles');
    const embeddings = path.join(bundles, 'tests-tiny', 'embeddings.f16');
    const good = fs.readFileSync(embeddings);
    fs.writeFileSync(embeddings, Buffer.alloc(good.length, 1));
    await openList();
    await models.choose('tests-tiny');
    await workbench.notification(/tests-tiny can't be loaded\. The model's files are damaged.*llama-3\.2-1b stays in use/s).waitFor({ timeout: 60_000 });
    await workbench.screenshot('damaged');
    await untilModelIs('llama-3.2-1b');
    expect(await ask('Are you still there?')).toBe('Gated lock!');
    await workbench.clearNotifications();
    fs.writeFileSync(embeddings, good);
  });

  it('is changed for another one without a download', async () => {
    const asked = server.requests.length;
    await openList();
    await models.choose('shorthand-nano');
    await untilModelIs('shorthand-nano');
    await workbench.notification('shorthand-nano answers from now on.').waitFor({ timeout: 30_000 });
    expect(server.requests.length).toBe(asked);
    await workbench.clearNotifications();
  });

  it('is removed with its size, after a question', async () => {
    await workbench.runCommand('Shorthand: Remove Model');
    await models.choose('tests-tiny');
    await models.dialog.getByText(/Remove tests-tiny\?/).waitFor();
    await workbench.screenshot('remove');
    await models.press('Remove');
    await workbench.notification(/tests-tiny was removed: [\d.]+ kB freed/).waitFor({ timeout: 30_000 });
    expect(fs.readdirSync(path.join(session.globalStorage, 'models', 'bundles'))).toEqual(['llama-3.2-1b']);
    await workbench.clearNotifications();
  });

  it('comes from a folder, too', async () => {
    const folder = path.join(session.workspace, '..', 'Brought Along');
    fs.mkdirSync(folder);
    for (const { path: name, content } of tinyCheckpoint('By hand.')) {
      fs.writeFileSync(path.join(folder, name), content);
    }
    const asked = server.requests.length;
    await workbench.runCommand('Shorthand: Import Model from Folder');
    await models.chooseFolder(/Import a Model from a Folder/, `${folder}/`);
    await untilModelIs('brought-along');
    expect(await ask('And you?')).toBe('By hand.');
    expect(server.requests.length).toBe(asked);
    await workbench.clearNotifications();
  });
});

describe('themes', () => {
  for (const theme of ['light', 'high-contrast'] as const) {
    it(`${theme} fits the list and the chat`, async () => {
      await session.changeTheme(theme);
      await openList();
      await workbench.screenshot(`list-${theme}`);
      await session.page.keyboard.press('Escape');
    });
  }
});

describe('the console', () => {
  it('has no complaint about Shorthand', () => {
    expect(session.complaints()).toEqual([]);
  });
});
