import * as v from 'valibot';
import * as vscode from 'vscode';
import type { HubModel } from '../../models/hub/hubClient';
import { hubEndpoint } from '../../models/hub/hubClient';
import { formatBytes } from '../format';

const key = 'models.acceptedLicences';

/** The licences that the user has accepted, each for one repository. */
export class Licences {
  constructor(private readonly state: vscode.Memento) {}

  /** Shows the licence and the size of what would be downloaded, unless all of it was accepted before. True when it may be downloaded. */
  async accept(name: string, models: readonly HubModel[]): Promise<boolean> {
    const known = v.parse(v.fallback(v.array(v.string()), []), this.state.get(key));
    if (models.every(model => known.includes(acceptance(model)))) {
      return true;
    }
    if (!(await ask(name, models))) {
      return false;
    }
    await this.state.update(key, [...new Set([...known, ...models.map(acceptance)])]);
    return true;
  }
}

/** Another licence of the same repository has to be accepted anew. */
function acceptance({ id, licence }: HubModel): string {
  return `${id} ${licence ?? ''}`;
}

async function ask(name: string, models: readonly HubModel[]): Promise<boolean> {
  const accept = vscode.l10n.t("Accept and Download");
  const pages = models.map(({ id }) => ({ title: vscode.l10n.t("Open {0}", id), url: `${hubEndpoint()}/${id}` }));
  const lines = models.map(({ id, revision, licence, files }) =>
    vscode.l10n.t(
      "{0} (commit {1}): {2} in {3} files. Licence: {4}.",
      id,
      revision.slice(0, 12),
      formatBytes(files.reduce((sum, file) => sum + file.bytes, 0)),
      files.length,
      licence ?? vscode.l10n.t("none stated"),
    ),
  );
  const detail = [...lines, vscode.l10n.t("The pages have the text of the licences.")].join('\n\n');
  for (;;) {
    const choice = await vscode.window.showInformationMessage(vscode.l10n.t("Download {0}?", name), { modal: true, detail }, accept, ...pages.map(({ title }) => title));
    const page = pages.find(({ title }) => title === choice);
    if (page === undefined) {
      return choice === accept;
    }
    await vscode.env.openExternal(vscode.Uri.parse(page.url));
  }
}
