import { resolve } from 'node:path';
import { ShorthandError } from '../../common/errors';
import { listBundles, removeBundle } from '../../models/store/bundles';
import { importModel, removeModel } from '../../models/store/installModel';
import { listModels, type InstalledModel } from '../../models/store/installedModel';
import { modelsFlag, type Flags } from '../flags';
import { addModelAction } from '../models/add';
import { fetchCheckpoints } from '../models/fetchCheckpoints';
import { megabytes, type Terminal } from '../terminal';
import { UsageError } from '../usage';

/** `shorthand models <list|add|fetch|import|remove>`: the only command that uses a network, and only to fetch what an `owner/name` names. */
export async function modelsCommand(operands: readonly string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const [action, operand, ...rest] = operands;
  const root = modelsFlag(flags);
  if (action === 'list' && operand === undefined) {
    return list(root, terminal);
  }
  if (operand === undefined || rest.length > 0) {
    throw new UsageError('models takes list, add <folder or owner/name>, fetch <owner/name>, import <folder> or remove <bundle or owner/name>.');
  }
  switch (action) {
    case 'add':
      return addModelAction(root, operand, flags, terminal, signal);
    case 'fetch': {
      const fetched = await fetchCheckpoints(root, [{ id: operand, part: 'all' }], flags, terminal, signal);
      fetched.forEach(model => show(model, terminal));
      return;
    }
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
  const [bundles, checkpoints] = await Promise.all([listBundles(root), listModels(root)]);
  terminal.result({ bundles: bundles.map(({ folder, bytes, manifest: { id, version, licence } }) => ({ id, version, licence, folder, bytes })), checkpoints });
  for (const { folder, bytes, manifest } of bundles) {
    terminal.line(`${manifest.id}  ${megabytes(bytes)}  ${manifest.licence}  ${folder}`);
  }
  for (const model of checkpoints) {
    terminal.line(`${model.id}@${model.revision.slice(0, 12)}  ${megabytes(model.bytes)}  ${model.licence ?? 'no licence stated'}  ${model.folder}`);
  }
  if (bundles.length + checkpoints.length === 0) {
    terminal.line(`There is no model in ${root}.`);
  }
}

/** Ids of bundles have no slash, those of repositories one. */
async function remove(root: string, id: string, terminal: Terminal): Promise<void> {
  const bundles = (await listBundles(root)).filter(({ manifest }) => manifest.id === id);
  const checkpoints = (await listModels(root)).filter(model => model.id === id);
  if (bundles.length + checkpoints.length === 0) {
    throw new ShorthandError('model-not-found', `${id} is not in ${root}.`);
  }
  const freed = await Promise.all([...bundles.map(removeBundle), ...checkpoints.map(removeModel)]);
  const bytes = freed.reduce((sum, count) => sum + count, 0);
  terminal.result({ id, bytes });
  terminal.line(`Removed ${id}: ${megabytes(bytes)} freed.`);
}

function show(model: InstalledModel, terminal: Terminal): void {
  terminal.result(model);
  terminal.line(`${model.id} is in ${model.folder} (${megabytes(model.bytes)}).`);
}
