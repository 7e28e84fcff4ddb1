import * as vscode from 'vscode';
import type { Attachment, AttachmentState } from '../../common/attachments';
import type { ChatProtocol } from '../../common/chatProtocol';
import { DisposableStore, type Disposable } from '../../common/disposable';
import type { Handlers } from '../../common/rpc/server';
import { fileInFront } from '../memory/openFiles';
import { throttle } from '../throttle';
import type { Attachments } from './attachments';
import type { QuestionContext } from './questionContext';
import { selectedLines } from './selection';

type ContextMethod = 'watchAttachments' | 'attach' | 'detach' | 'attachPaths' | 'complete' | 'preview';

const snapshotMs = 100;

/** What the page may ask for to put together what a question reads. */
export function contextHandlers(context: QuestionContext): Pick<Handlers<ChatProtocol>, ContextMethod> {
  return {
    watchAttachments: (_, { progress, signal }) =>
      new Promise<undefined>(resolve => {
        const following = follow(context.attachments, progress);
        signal.addEventListener('abort', () => {
          following.dispose();
          resolve(undefined);
        });
      }),
    attach: ({ attachment }) => {
      context.attach(attachment);
      return undefined;
    },
    detach: ({ attachment }) => {
      context.attachments.remove(attachment);
      return undefined;
    },
    attachPaths: async ({ paths, from }) => {
      const message = await context.attachTexts(paths, from);
      return message === undefined ? {} : { message };
    },
    complete: ({ kind, query }, { signal }) => context.complete(kind, query, signal),
    preview: ({ question, start }, { signal }) => context.preview(question, start, signal),
  };
}

/** Sends what is attached, now and after every change of it or of the editor's selection. */
function follow(attachments: Attachments, send: (state: AttachmentState) => void): Disposable {
  const disposables = new DisposableStore();
  const { request } = disposables.add(throttle(snapshotMs, () => send(stateOf(attachments, selectedLines()))));
  disposables.add(attachments.onDidChange(request));
  disposables.add(vscode.window.onDidChangeTextEditorSelection(request));
  disposables.add(vscode.window.onDidChangeActiveTextEditor(request));
  request();
  return disposables;
}

function stateOf(attachments: Attachments, selection: Attachment | undefined): AttachmentState {
  const activeFile = fileInFront()?.fsPath;
  return {
    attachments: [...attachments.all],
    ...(selection === undefined || attachments.has(selection) ? {} : { selection }),
    ...(activeFile === undefined ? {} : { activeFile }),
  };
}
