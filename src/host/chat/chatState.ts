import * as vscode from 'vscode';
import type { ChatState } from '../../common/chatProtocol';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { Emitter, type Event } from '../../common/event';
import type { EngineState } from '../../common/engineState';
import type { Engine } from '../engine/engine';
import { errorText } from '../errorText';
import type { WorkspaceMemory } from '../memory/workspaceMemory';
import { workspaceRoots } from '../memory/workspaceRoots';
import { throttle } from '../throttle';
import type { ChatSession } from './chatSession';
import { titleOf } from './history/conversation';
import type { UndoOffer } from './history/undoOffer';
import { pageTurn } from './pageTurn';
import { TurnWindow } from './turnWindow';

const snapshotMs = 50;

/** The model that answers the next question. */
export interface ModelName {
  readonly name: string;
  readonly compresses: boolean;
  readonly onDidChange: Event<void>;
}

/** What the page shows, put together from its sources. */
export class ChatStateSource {
  readonly #refreshes = new Emitter<void>();
  readonly #window: TurnWindow;

  constructor(
    private readonly engine: Engine,
    private readonly memory: WorkspaceMemory,
    private readonly session: ChatSession,
    private readonly undo: UndoOffer,
    private readonly model: ModelName,
  ) {
    this.#window = new TurnWindow(session);
  }

  read(): ChatState {
    const { turns, earlier, later } = this.#window.read();
    const { conversation, runningId } = this.session;
    return {
      engine: localised(this.engine.state),
      model: this.model.name,
      workspaceOpen: workspaceRoots().length > 0,
      memory: this.model.compresses ? this.memory.state : { kind: 'textAlone' },
      conversation: { id: conversation.id, title: titleOf(conversation) },
      running: runningId !== undefined,
      ...(this.undo.message === undefined ? {} : { undo: this.undo.message }),
      turns: turns.map(pageTurn),
      earlier,
      later,
    };
  }

  /** Shows other turns of a long conversation. */
  showTurns(which: 'earlier' | 'later'): void {
    this.#window.move(which);
    this.refresh();
  }

  /** Sends another snapshot: to a page that may have missed some. */
  refresh(): void {
    this.#refreshes.fire();
  }

  /** Sends a snapshot now and after every change, but not more often than a page can show. */
  follow(send: (state: ChatState) => void): Disposable {
    const disposables = new DisposableStore();
    const { request } = disposables.add(throttle(snapshotMs, () => send(this.read())));
    disposables.add(this.session.onDidChange(request));
    disposables.add(this.memory.onDidChange(request));
    disposables.add(this.undo.onDidChange(request));
    disposables.add(this.engine.onDidChangeState(request));
    disposables.add(this.model.onDidChange(request));
    disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(request));
    disposables.add(this.#refreshes.event(request));
    request();
    return disposables;
  }
}

function localised(state: EngineState): EngineState {
  return state.kind === 'failed' ? { ...state, message: errorText(state.code) } : state;
}
