import * as vscode from 'vscode';

const key = 'models.huggingFaceToken';
const tokensPage = 'https://huggingface.co/settings/tokens';

/** The user's access token for gated repositories: asked for once and kept in VS Code's secret storage. */
export class HubToken {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** The token that is kept; undefined when there is none. */
  get(): Thenable<string | undefined> {
    return this.secrets.get(key);
  }

  /** Asks for a token and keeps it; undefined when the user gives none. `why` says what led to the question. */
  async ask(repository: string, why?: string): Promise<string | undefined> {
    const howTo = vscode.l10n.t("Its owner hands out access: ask for it on the model's page, then make a token that may read at {0}. It is kept in VS Code's secret storage.", tokensPage);
    const entered = await vscode.window.showInputBox({
      title: vscode.l10n.t("Access Token for {0}", repository),
      prompt: why === undefined ? howTo : `${why} ${howTo}`,
      placeHolder: "hf_…",
      password: true,
      ignoreFocusOut: true,
      validateInput: value => (/^\S+$/.test(value.trim()) ? undefined : vscode.l10n.t("A token is one word.")),
    });
    const token = entered?.trim();
    if (token !== undefined) {
      await this.secrets.store(key, token);
    }
    return token;
  }

  /** Deletes the token; returns whether there was one. */
  async forget(): Promise<boolean> {
    const had = (await this.get()) !== undefined;
    await this.secrets.delete(key);
    return had;
  }
}
