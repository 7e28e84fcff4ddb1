import type { ContextReport } from '../../src/common/context';
import type { ContextActions } from './contextActions';

/** What the page can ask for. The views call these and know nothing of the host. */
export interface Actions extends ContextActions {
  ask(question: string): void;
  retry(id: number): void;
  stop(): void;
  /** What was read for the answer of a turn. */
  context(id: number): Promise<ContextReport>;
  copy(text: string): void;
  compressWorkspace(): void;
  openFolder(): void;
  showLog(): void;
}
