import { hubHeaders, lookUpModel, type HubModel, type HubOptions } from '../../models/hub/hubClient';
import { installModel } from '../../models/store/installModel';
import type { InstalledModel } from '../../models/store/installedModel';
import { tokenizerFiles, wantedFiles } from '../../models/store/wantedFiles';
import type { Flags } from '../flags';
import { megabytes, type Terminal } from '../terminal';
import { UsageError } from '../usage';

/** A repository, whole or what says how its model reads text. */
export interface WantedCheckpoint {
  readonly id: string;
  readonly part: 'all' | 'tokenizer';
}

/**
 * Fetches repositories that are not there yet, in this order, once their licences are accepted. @throws {UsageError} names the licences and
 * sizes when they are not. Errors: those of `lookUpModel` and `installModel`.
 */
export async function fetchCheckpoints(root: string, wanted: readonly WantedCheckpoint[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<readonly InstalledModel[]> {
  const hub: HubOptions = { endpoint: flags.endpoint, token: process.env['HF_TOKEN'], signal };
  const models: HubModel[] = [];
  for (const { id, part } of wanted) {
    const found = await lookUpModel(id, flags.revision ?? 'main', hub);
    models.push({ ...found, files: part === 'all' ? wantedFiles(found.files) : tokenizerFiles(found.files) });
  }
  if (flags['accept-licence'] !== true) {
    throw new UsageError(`${models.map(describe).join('\n')}\nFetch with --accept-licence once you accept that.`);
  }
  const installed: InstalledModel[] = [];
  for (const model of models) {
    installed.push(
      await installModel(root, model, {
        signal,
        headers: hubHeaders(hub),
        onProgress: ({ file, bytes: done, bytesTotal }) => terminal.progress(`${megabytes(done)} of ${megabytes(bytesTotal)}: ${file}`),
      }),
    );
  }
  return installed;
}

function describe({ id, licence, files }: HubModel): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${id} has the licence: ${licence ?? 'none stated'}. It is ${megabytes(bytes)} in ${files.length} files.`;
}
