import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addModel } from '../../../src/builder/addModel/addModel';
import { tinyCheckpoint } from '../../unit/models/tinyCheckpoint';
import { Chat } from './support/chat';
import { keepFailures } from './support/keepFailures';
import { MemoryView } from './support/memoryView';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shorthand-text-'));
const noCompressor = /has no compressor: it reads/;

let session: Session;
let workbench: Workbench;
let chat: Chat;
let memory: MemoryView;

beforeAll(async () => {
  const decoderFolder = path.join(folder, 'tiny');
  for (const { path: name, content } of tinyCheckpoint('Text only.')) {
    fs.mkdirSync(decoderFolder, { recursive: true });
    fs.writeFileSync(path.join(decoderFolder, name), content);
  }
  const bundle = await addModel({ modelsRoot: folder, decoderFolder, decoderWeights: 'fp32', encoderWeights: 'fp32', block: 32, id: 'text-only', licence: 'Apache-2.0' });
  session = await Session.open({ sources: ['src/common'], settings: { 'shorthand.chat.maxTokens': 30, 'shorthand.compression.background': 'workspace' }, workspaceSettings: { 'shorthand.models.active': bundle.folder } });
  workbench = new Workbench(session.page, 'text-alone');
  chat = new Chat(session.page);
  memory = new MemoryView(session.page, workbench);
});

keepFailures(() => workbench);

afterAll(async () => {
  await session.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('a model without a compressor', () => {
  it('says in the chat that it reads files as text', async () => {
    await workbench.trustWorkspace();
    await workbench.runCommand('Shorthand: Open Chat');
    await chat.page.getByTestId('memory').getByText(noCompressor).waitFor({ timeout: 60_000 });
    await workbench.screenshot('chat');
  });

  it('says in the memory view that there is no memory, and leads to other models', async () => {
    await memory.open();
    await memory.welcome.getByText(noCompressor).waitFor({ timeout: 30_000 });
    await memory.welcome.getByText('Choose Model').waitFor();
    await workbench.screenshot('memory');
  });

  it('has nothing to compress', async () => {
    await workbench.runCommand('Shorthand: Compress Workspace');
    await workbench.notification(/has no compressor: it reads the workspace as text, and there is nothing to compress/).waitFor({ timeout: 30_000 });
    await workbench.screenshot('compress');
    await workbench.clearNotifications();
  });

  it('answers from text, and says so', async () => {
    await chat.ask('What does the class DisposableStore do?');
    await expect.poll(() => chat.state(), { timeout: 60_000 }).toBe('answered');
    expect((await chat.answerText()).trim()).toBe('Text only.');
    await workbench.screenshot('answer');
  });

  it('says in the status bar what it does not do', async () => {
    expect(await workbench.statusBar.getAttribute('aria-label')).toMatch(/It has no compressor: files are read as text\..*Nothing is compressed: the model reads files as text\./s);
    await workbench.statusBar.click();
    await workbench.quickPick('Choose Model').waitFor();
    expect(await workbench.quickPick('Compress Workspace').count()).toBe(0);
    await session.page.keyboard.press('Escape');
  });
});
