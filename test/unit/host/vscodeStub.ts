/** The few parts of VS Code's API that the tested modules use at run time. Tests put it in place with `vi.mock('vscode', …)`. */
export const l10n = {
  bundle: undefined,
  t: (message: string, ...values: readonly (string | number)[]): string => message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
};

export const env = { language: 'en', clipboard: { writeText: async () => Promise.resolve() } };

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}

  static file(path: string): Uri {
    return new Uri('file', path);
  }

  static joinPath(base: Uri, ...parts: readonly string[]): Uri {
    return new Uri(base.scheme, [base.path, ...parts].join('/'));
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    return `${this.scheme}://${this.path}`;
  }
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

export class Range {
  constructor(
    readonly start: Position,
    readonly end: Position,
  ) {}
}

export class MarkdownString {
  isTrusted: unknown = undefined;

  constructor(
    public value = '',
    readonly supportThemeIcons = false,
  ) {}

  appendText(text: string): this {
    // As VS Code does: nothing in the text is Markdown any more, nor an icon.
    this.value += text.replace(/[\\`*_{}[\]()#+\-!~$]/g, '\\$&').replace(/</g, '&lt;');
    return this;
  }

  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

/** What happened in the window, for tests to look at. */
export const shown: { readonly path: string; readonly line: number }[] = [];

export const workspace = {
  workspaceFolders: [{ uri: Uri.file('/w'), name: 'w', index: 0 }],
  getWorkspaceFolder: (uri: Uri) => (uri.path.startsWith('/w/') ? workspace.workspaceFolders[0] : undefined),
  openTextDocument: async (uri: Uri) => Promise.resolve({ uri, lineCount: 10 }),
};

export const window = {
  activeTextEditor: undefined,
  onDidChangeActiveTextEditor: () => ({ dispose: () => undefined }),
  showTextDocument: async (document: { readonly uri: Uri }, options: { readonly selection: Range }) => {
    shown.push({ path: document.uri.path, line: options.selection.start.line });
    return Promise.resolve();
  },
};

export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;

export const commands = { executeCommand: async () => Promise.resolve() };
