import type { Attachment } from '../../src/common/attachments';
import type { Preview } from '../../src/common/chatProtocol';

/** What the views of a question's context can ask for. */
export interface ContextActions {
  attach(attachment: Attachment): void;
  detach(attachment: Attachment): void;
  /** Attaches files by URI or path; resolves with what was not attached, for people. */
  attachPaths(paths: readonly string[], from: 'drop' | 'paste'): Promise<string | undefined>;
  complete(kind: 'file' | 'symbol', query: string, signal: AbortSignal): Promise<readonly Attachment[]>;
  preview(question: string, start: boolean, signal: AbortSignal): Promise<Preview>;
  reveal(path: string, line: number, lastLine?: number): void;
}
