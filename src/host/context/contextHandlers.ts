import * as vscode from 'vscode';
import type { Attachment, AttachmentState } from '../../common/attachments';
import type { ChatProtocol } from '../../common/chatProtocol';
import { DisposableStore, type Disposable } from '../../common/disposable';
import type { Handlers } from '../../common/rpc/server';
import { throttle } from '../throttle';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import type { Attachments } from './attachments';
import { selectedLines } from './selection';

type ContextMethod = 'watchAttachments' | 'attach' | 'detach' | 'attachPaths' | 'complete' | 'preview';

const snapshotMs = 100;

/** What the page may ask for to put together what a question reads. */
export function contextHandlers(attachments: Attachments): Pick<Handlers<ChatProtocol>, ContextMethod> {
  return {
    watchAttachments: (_, { progress, signal }) =>
      new Promise<undefined>(resolve => {
        const following = follow(attachments, progress);
        signal.addEventListener('abort', () => {
          following.dispose();
          resolve(undefined);
        });
      }),
    attach: ({ attachment }) => {
      if (isWorkspaceFile(vscode.Uri.file(attachment.path))) {
        attachments.add(attachment);
      }
      return undefined;
    },
    detach: ({ attachment }) => {
      attachments.remove(attachment);
      return undefined;
    },
    attachPaths: () => ({}),
    complete: () => [],
    preview: () => ({ kind: 'engine-stopped' }),
  };
}

/** Sends what is attached, now and after every change of it or of the editor's selection. */
function follow(attachments: Attachments, send: (state: AttachmentState) => void): Disposable {
  const disposables = new DisposableStore();
  const { request } = disposables.add(throttle(snapshotMs, () => send(stateOf(attachments.all, selectedLines()))));
  disposables.add(attachments.onDidChange(request));
  disposables.add(vscode.window.onDidChangeTextEditorSelection(request));
  disposables.add(vscode.window.onDidChangeActiveTextEditor(request));
  request();
  return disposables;
}

function stateOf(all: readonly Attachment[], selection: Attachment | undefined): AttachmentState {
  return selection === undefined ? { attachments: [...all] } : { attachments: [...all], selection };
}
