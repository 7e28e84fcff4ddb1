import type { CodeAction } from '../../src/common/chatProtocol';
import type { ContextReport } from '../../src/common/context';
import type { ContextActions } from './contextActions';

/** What the page can ask for. The views call these and know nothing of the host. */
export interface Actions extends ContextActions {
  /** False when the question was not taken. */
  ask(question: string): Promise<boolean>;
  edit(id: number, question: string): void;
  retry(id: number): void;
  stop(): void;
  undo(): void;
  dismissUndo(): void;
  /** What was read for the answer of a turn. */
  context(id: number): Promise<ContextReport>;
  codeBlock(id: number, index: number, action: CodeAction): void;
  showHistory(): void;
  showTurns(which: 'earlier' | 'later'): void;
  chooseModel(): void;
  compressWorkspace(): void;
  openFolder(): void;
  showLog(): void;
}
