import { join } from 'node:path';
import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import { builderProtocol, type AddModelParams, type AddModelResult, type AddModelStep } from '../../common/builderProtocol';
import { ShorthandError } from '../../common/errors';
import { RpcClient } from '../../common/rpc/client';
import { untilCancelled } from '../engine/deadline';
import { EngineProcess } from '../engine/engineProcess';
import type { Log } from '../log';
import { withStoppableProgress } from './progress';

/** Milliseconds that the process gets to end by itself. */
const graceMs = 2000;

/**
 * Turns checkpoints on this machine into a bundle, in a process of its own. What an interrupted call has finished is kept for the next one.
 * Errors: those of the builder's `add`, `cancelled`.
 */
export async function buildModel(name: string, params: AddModelParams, { extensionUri, log }: { readonly extensionUri: vscode.Uri; readonly log: Log }): Promise<AddModelResult> {
  return withStoppableProgress(vscode.l10n.t("Preparing {0}", name), async (report, signal) => {
    const child = new EngineProcess(join(extensionUri.fsPath, 'dist', 'builder.js'), log);
    const client = new RpcClient(builderProtocol, child.port);
    try {
      await untilCancelled(client.ready, signal);
      return await client.call('add', params, { signal, onProgress: ({ step, done, total }) => report(total === 0 ? undefined : done / total, stepText(step)) });
    } catch (error) {
      throw ShorthandError.is(error, 'engine-crashed') ? new ShorthandError('internal', `The builder ended: ${error.message}`, { cause: error }) : error;
    } finally {
      client.dispose();
      await child.stop(graceMs);
    }
  });
}

function stepText(step: AddModelStep): string {
  switch (step) {
    case 'check':
      return vscode.l10n.t("checking the files");
    case 'encoder':
      return vscode.l10n.t("writing the encoder");
    case 'projector':
      return vscode.l10n.t("writing the projector");
    case 'decoder':
      return vscode.l10n.t("writing the decoder");
    case 'embeddings':
      return vscode.l10n.t("writing the embeddings");
    case 'finish':
      return vscode.l10n.t("comparing the result");
    default:
      return assertNever(step);
  }
}
