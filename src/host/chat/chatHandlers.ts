import * as vscode from 'vscode';
import type { ChatProtocol } from '../../common/chatProtocol';
import { ShorthandError } from '../../common/errors';
import { commandIds } from '../../common/ids';
import type { Handlers } from '../../common/rpc/server';
import { contextHandlers } from '../context/contextHandlers';
import type { QuestionContext } from '../context/questionContext';
import type { Log } from '../log';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import { revealFile } from '../revealFile';
import type { ChatSession } from './chatSession';
import type { ChatStateSource } from './chatState';
import { codeBlockOf, runCodeAction } from './code/codeActions';
import type { Proposals } from './code/proposals';
import type { Conversations } from './history/conversations';
import type { UndoOffer } from './history/undoOffer';

/** What the page's requests work on. */
export interface ChatParts {
  readonly session: ChatSession;
  readonly conversations: Conversations;
  readonly undo: UndoOffer;
  readonly questionContext: QuestionContext;
  readonly source: ChatStateSource;
  readonly proposals: Proposals;
  readonly log: Log;
}

/** What the page may ask of the host. */
export function chatHandlers({ session, conversations, undo, questionContext, source, proposals, log }: ChatParts): Handlers<ChatProtocol> {
  return {
    ...contextHandlers(questionContext),
    watch: (_, { progress, signal }) =>
      new Promise<undefined>(resolve => {
        const following = source.follow(progress);
        signal.addEventListener('abort', () => {
          following.dispose();
          resolve(undefined);
        });
      }),
    // An answer reaches the page as a snapshot; the call itself has nothing to wait for.
    ask: ({ question }) => {
      const accepted = session.accepts(question);
      if (accepted) {
        undo.withdraw();
        void session.ask(question, questionContext.attachments.all);
        questionContext.attachments.clear();
      }
      return { accepted };
    },
    edit: ({ id, question }) => {
      conversations.edit(id, question);
      return undefined;
    },
    retry: ({ id }) => void session.retry(id),
    undo: async () => {
      await undo.accept();
      return undefined;
    },
    dismissUndo: () => {
      undo.withdraw();
      return undefined;
    },
    stop: () => {
      session.stop();
      return undefined;
    },
    showHistory: () => void vscode.commands.executeCommand(commandIds.showHistory),
    showTurns: ({ which }) => {
      source.showTurns(which);
      return undefined;
    },
    context: ({ id }) => {
      const context = session.contextOf(id);
      if (context === undefined) {
        throw new ShorthandError('invalid-message', `Turn ${id} has no answer.`);
      }
      return context;
    },
    reveal: async ({ path, line, lastLine }) => {
      const uri = vscode.Uri.file(path);
      if (!(session.hasNamed(path) || questionContext.hasNamed(path)) || !isWorkspaceFile(uri)) {
        log.warn('The chat page asked for a file that no answer has read.');
        return undefined;
      }
      await revealFile(uri, line, lastLine);
      return undefined;
    },
    chooseModel: () => void vscode.commands.executeCommand(commandIds.chooseModel),
    compressWorkspace: () => void vscode.commands.executeCommand(commandIds.compressWorkspace),
    openFolder: () => void vscode.commands.executeCommand('vscode.openFolder'),
    showLog: () => void vscode.commands.executeCommand(commandIds.showLog),
    codeBlock: async ({ id, index, action }) => {
      const block = codeBlockOf(session, id, index);
      if (block === undefined) {
        throw new ShorthandError('invalid-message', `Turn ${id} has no block of code ${index}.`);
      }
      await runCodeAction(action, block, proposals);
      return undefined;
    },
  };
}
