import type { BrowserContext, Page } from 'playwright-core';
import type { Attachment, AttachmentState } from '../../../src/common/attachments';
import type { ContextReport } from '../../../src/common/context';
import { chatProtocol, type ChatProtocol, type ChatState, type Preview } from '../../../src/common/chatProtocol';
import { serveRpc, type Handlers } from '../../../src/common/rpc/server';
import { Recorder, Watched } from './pageHost';
import { context } from './states';
import { openTestPage, type TestPageOptions } from './testPage';

interface PageOptions extends TestPageOptions {
  /** What was read for every answer. */
  readonly context?: ContextReport;
}

/** The extension host's side of a chat page that runs in a browser: it shows states to the page and records what the page asks for. */
export class FakeHost {
  readonly #recorder = new Recorder();
  readonly requests = this.#recorder.requests;
  readonly #state: Watched<ChatState>;
  readonly #attachments = new Watched<AttachmentState>({ attachments: [] });
  /** What can be attached. */
  offers: readonly Attachment[] = [];
  /** What became of a drop. */
  refusal: string | undefined;
  plan: Preview = { kind: 'engine-stopped' };
  /** Whether a question is taken. */
  accepts = true;

  private constructor(
    readonly page: Page,
    /** What the page complained about. */
    readonly problems: string[],
    state: ChatState,
    private readonly report: ContextReport,
  ) {
    this.#state = new Watched(state);
  }

  static async open(browser: BrowserContext, files: ReadonlyMap<string, Buffer>, state: ChatState, options: PageOptions = {}): Promise<FakeHost> {
    const { page, port, problems, load } = await openTestPage(browser, files, 'chat', options);
    const host = new FakeHost(page, problems, state, options.context ?? context);
    serveRpc(chatProtocol, port, host.#handlers(), line => problems.push(line));
    await load();
    await page.getByTestId('chat-page').waitFor();
    // The field takes no keys before the first snapshot is there.
    await page.locator('.first-step[data-rendered]').waitFor({ state: 'attached' });
    return host;
  }

  /** What the page asked for by name, oldest first. */
  asked(method: string): unknown[] {
    return this.#recorder.asked(method);
  }

  show(state: ChatState): void {
    this.#state.set(state);
  }

  attach(state: AttachmentState): void {
    this.#attachments.set(state);
  }

  #handlers(): Handlers<ChatProtocol> {
    const record = this.#recorder.of.bind(this.#recorder);
    return {
      watch: this.#state.handler,
      ask: params => {
        record('ask')(params);
        return { accepted: this.accepts };
      },
      retry: record('retry'),
      stop: record('stop'),
      undo: record('undo'),
      dismissUndo: record('dismissUndo'),
      edit: record('edit'),
      showHistory: record('showHistory'),
      showTurns: record('showTurns'),
      watchAttachments: this.#attachments.handler,
      attach: record('attach'),
      detach: record('detach'),
      attachPaths: params => {
        record('attachPaths')(params);
        return this.refusal === undefined ? {} : { message: this.refusal };
      },
      complete: params => {
        record('complete')(params);
        return this.offers.filter(offer => offer.kind === params.kind && offer.label.includes(params.query));
      },
      preview: params => {
        record('preview')(params);
        return this.plan;
      },
      context: () => this.report,
      reveal: record('reveal'),
      chooseModel: record('chooseModel'),
      compressWorkspace: record('compressWorkspace'),
      openFolder: record('openFolder'),
      showLog: record('showLog'),
      codeBlock: record('codeBlock'),
    };
  }
}
