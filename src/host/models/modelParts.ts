import type * as vscode from 'vscode';
import type { Engine } from '../engine/engine';
import type { Log } from '../log';
import type { ActiveModel } from './activeModel';
import type { HubToken } from './hubToken';
import type { Licences } from './licences';

/** What the commands around models work with, read when a command begins. */
export interface ModelParts {
  /** The folder of all models. */
  readonly root: string;
  readonly shippedFolder: string;
  readonly catalogueFile: string;
  readonly extensionUri: vscode.Uri;
  readonly engine: Pick<Engine, 'state'>;
  readonly activeModel: ActiveModel;
  readonly token: HubToken;
  readonly licences: Licences;
  readonly log: Log & { show(): void };
}
