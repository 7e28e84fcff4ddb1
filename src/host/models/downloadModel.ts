import * as vscode from 'vscode';
import { ShorthandError } from '../../common/errors';
import type { CatalogueCheckpoint } from '../../models/catalogue/catalogue';
import { checkpointModel } from '../../models/catalogue/checkpointModel';
import { hubHeaders, type HubModel } from '../../models/hub/hubClient';
import { installModel } from '../../models/store/installModel';
import type { InstalledModel } from '../../models/store/installedModel';
import { formatBytes } from '../format';
import type { HubToken } from './hubToken';
import type { Licences } from './licences';
import { withStoppableProgress, type Report } from './progress';

export interface DownloadParts {
  readonly root: string;
  readonly token: HubToken;
  readonly licences: Licences;
}

/**
 * Fetches repositories in the extension host, whose `fetch` VS Code sends through the user's proxy: looks them up, has their licences accepted, asks for a
 * token where one is needed, and goes on from what an earlier call has fetched. Undefined when the user does not want it after all.
 * Errors: those of `installModel`, `cancelled`.
 */
export async function downloadCheckpoints(name: string, checkpoints: readonly CatalogueCheckpoint[], parts: DownloadParts): Promise<readonly InstalledModel[] | undefined> {
  const models = await withToken(parts.token, checkpoints[0]?.repository ?? name, token =>
    withStoppableProgress(vscode.l10n.t("Looking up {0}", name), async (_, signal) => {
      const found: HubModel[] = [];
      for (const checkpoint of checkpoints) {
        found.push(await checkpointModel(checkpoint, { token, signal }));
      }
      return found;
    }),
  );
  if (models === undefined || !(await parts.licences.accept(name, models))) {
    return undefined;
  }
  const gated = models.find(model => model.gated);
  if (gated !== undefined && (await parts.token.get()) === undefined && (await parts.token.ask(gated.id)) === undefined) {
    return undefined;
  }
  return withToken(parts.token, gated?.id ?? name, token => withStoppableProgress(vscode.l10n.t("Downloading {0}", name), (report, signal) => install(models, parts.root, { token, report, signal })));
}

interface InstallCall {
  readonly token: string | undefined;
  readonly report: Report;
  readonly signal: AbortSignal;
}

async function install(models: readonly HubModel[], root: string, { token, report, signal }: InstallCall): Promise<readonly InstalledModel[]> {
  const total = models.reduce((sum, { files }) => sum + files.reduce((bytes, file) => bytes + file.bytes, 0), 0);
  const installed: InstalledModel[] = [];
  let before = 0;
  for (const model of models) {
    const done = await installModel(root, model, {
      signal,
      headers: hubHeaders(model.gated ? { token } : {}),
      onProgress: ({ bytes }) => report((before + bytes) / Math.max(1, total), vscode.l10n.t("{0} of {1}", formatBytes(before + bytes), formatBytes(total))),
      onWait: () => report(undefined, vscode.l10n.t("Another window is downloading it; this one waits.")),
    });
    before += model.files.reduce((sum, file) => sum + file.bytes, 0);
    installed.push(done);
  }
  return installed;
}

/** Makes a call with the token that is kept, and once more with another one where that is refused. */
async function withToken<T>(tokens: HubToken, repository: string, call: (token: string | undefined) => Promise<T>): Promise<T | undefined> {
  const kept = await tokens.get();
  try {
    return await call(kept);
  } catch (error) {
    if (!ShorthandError.is(error, 'access-denied')) {
      throw error;
    }
    // The hub refuses in the same way what is not there.
    const why = kept === undefined ? vscode.l10n.t("There is no such model, or not everybody may see it.") : vscode.l10n.t("Access was refused.");
    const token = await tokens.ask(repository, why);
    return token === undefined ? undefined : call(token);
  }
}
