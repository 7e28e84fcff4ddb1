import * as vscode from 'vscode';
import type { Attachment } from '../../common/attachments';
import type { Preview } from '../../common/chatProtocol';
import { DisposableStore, type Disposable } from '../../common/disposable';
import type { AskParams } from '../../common/engineProtocol';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import { attachUris, uriOfText } from './attachPaths';
import type { Attachments } from './attachments';
import { completeFiles, completeSymbols } from './completions';
import { FileIndex } from './fileIndex';
import { RecentFiles } from './recentFiles';
import type { SymbolSources } from './symbols';

interface QuestionContextOptions extends SymbolSources {
  readonly attachments: Attachments;
  /** What the engine would be asked to answer if a question were asked now; undefined for a command that it does not answer. */
  readonly wouldAsk: (question: string, attachments: readonly Attachment[]) => Promise<AskParams | undefined>;
}

/** What the next question reads: what is attached to it, what could be, and the plan for it. */
export class QuestionContext implements Disposable {
  readonly #disposables = new DisposableStore();
  readonly #index = this.#disposables.add(new FileIndex());
  readonly #recent = this.#disposables.add(new RecentFiles());
  #previewed: ReadonlySet<string> = new Set();

  constructor(private readonly options: QuestionContextOptions) {}

  get attachments(): Attachments {
    return this.options.attachments;
  }

  attach(attachment: Attachment): void {
    if (isWorkspaceFile(vscode.Uri.file(attachment.path))) {
      this.attachments.add(attachment);
    }
  }

  /** Attaches what was dropped; of a paste only what is there: it may be any text. */
  async attachTexts(texts: readonly string[], from: 'drop' | 'paste'): Promise<string | undefined> {
    const uris = await Promise.all(texts.map(uriOfText));
    const known = uris.filter(uri => uri !== undefined).filter(uri => from === 'drop' || isWorkspaceFile(uri));
    const message = await attachUris(this.attachments, known);
    return from === 'drop' ? (message ?? (known.length === 0 ? vscode.l10n.t("Nothing that was dropped is a file.") : undefined)) : undefined;
  }

  complete(kind: 'file' | 'symbol', query: string, signal: AbortSignal): Promise<Attachment[]> {
    return kind === 'file' ? completeFiles(query, this.#index, this.#recent) : completeSymbols(query, this.options, signal);
  }

  /** The plan for a question. Typing alone does not start the engine: `start` is set when the user asks to see the plan. */
  async preview(question: string, start: boolean, signal: AbortSignal): Promise<Preview> {
    const { engine, wouldAsk } = this.options;
    if (!start && engine.state.kind !== 'ready' && engine.state.kind !== 'busy') {
      return { kind: 'engine-stopped' };
    }
    const asked = await wouldAsk(question, this.attachments.all);
    if (asked === undefined) {
      return { kind: 'not-asked' };
    }
    const { sampling, ...params } = asked;
    const report = await engine.call('plan', { ...params, maxTokens: sampling.maxTokens }, { signal });
    this.#previewed = new Set([...report.read, ...report.leftOut].map(file => file.path));
    return { kind: 'planned', report };
  }

  /** True for a file that is attached or that the last plan names: the page may open it. */
  hasNamed(path: string): boolean {
    return this.#previewed.has(path) || this.attachments.all.some(attachment => attachment.path === path);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
