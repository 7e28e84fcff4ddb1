import { resolve } from 'node:path';
import { ShorthandError } from '../../common/errors';
import { hubHeaders, lookUpModel, type HubOptions } from '../../models/hub/hubClient';
import { importModel, installModel, removeModel } from '../../models/store/installModel';
import { listModels, type InstalledModel } from '../../models/store/installedModel';
import { wantedFiles } from '../../models/store/wantedFiles';
import { modelsFlag, type Flags } from '../flags';
import { grouped, type Terminal } from '../terminal';
import { UsageError } from '../usage';

/** `shorthand models <list|fetch|import|remove>`: the only command that uses a network, and only `fetch` does. */
export async function modelsCommand(operands: readonly string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const [action, operand, ...rest] = operands;
  const root = modelsFlag(flags);
  if (action === 'list' && operand === undefined) {
    return list(root, terminal);
  }
  if (operand === undefined || rest.length > 0) {
    throw new UsageError('models takes list, fetch <owner/name>, import <folder> or remove <owner/name>.');
  }
  switch (action) {
    case 'fetch':
      return fetchModel(root, operand, flags, terminal, signal);
    case 'import':
      show(await importModel(root, resolve(operand), signal), terminal);
      return;
    case 'remove':
      return remove(root, operand, terminal);
    default:
      throw new UsageError(`models has no action "${action ?? ''}".`);
  }
}

async function list(root: string, terminal: Terminal): Promise<void> {
  const models = await listModels(root);
  terminal.result(models);
  for (const model of models) {
    terminal.line(`${model.id}@${model.revision.slice(0, 12)}  ${megabytes(model.bytes)}  ${model.licence ?? 'no licence stated'}  ${model.folder}`);
  }
  if (models.length === 0) {
    terminal.line(`There is no model in ${root}.`);
  }
}

async function fetchModel(root: string, id: string, flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const hub: HubOptions = { endpoint: flags.endpoint, token: process.env['HF_TOKEN'], signal };
  const found = await lookUpModel(id, flags.revision ?? 'main', hub);
  const model = { ...found, files: wantedFiles(found.files) };
  const bytes = model.files.reduce((sum, file) => sum + file.bytes, 0);
  const licence = model.licence ?? 'none stated';
  if (flags['accept-licence'] !== true) {
    throw new UsageError(`${id} has the licence: ${licence}. It is ${megabytes(bytes)} in ${model.files.length} files. Fetch it with --accept-licence once you accept that.`);
  }
  const installed = await installModel(root, model, {
    signal,
    headers: hubHeaders(hub),
    onProgress: ({ file, bytes: done, bytesTotal }) => terminal.progress(`${megabytes(done)} of ${megabytes(bytesTotal)}: ${file}`),
  });
  show(installed, terminal);
}

async function remove(root: string, id: string, terminal: Terminal): Promise<void> {
  const models = (await listModels(root)).filter(model => model.id === id);
  if (models.length === 0) {
    throw new ShorthandError('model-not-found', `${id} is not in ${root}.`);
  }
  const freed = await Promise.all(models.map(removeModel));
  const bytes = freed.reduce((sum, count) => sum + count, 0);
  terminal.result({ id, bytes });
  terminal.line(`Removed ${id}: ${megabytes(bytes)} freed.`);
}

function show(model: InstalledModel, terminal: Terminal): void {
  terminal.result(model);
  terminal.line(`${model.id} is in ${model.folder} (${megabytes(model.bytes)}).`);
}

function megabytes(bytes: number): string {
  return `${grouped(Math.ceil(bytes / 1_000_000))} MB`;
}
