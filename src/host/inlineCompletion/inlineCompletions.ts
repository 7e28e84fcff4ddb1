import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { errorMessage, isCancellation } from '../../common/errors';
import { internalCommandIds } from '../../common/ids';
import { signalOf } from '../cancellation';
import { openFileOf } from '../memory/openFiles';
import { isWorkspaceFile } from '../memory/workspaceRoots';
import type { Services } from '../services';
import { completionSampling } from '../settings/sampling';
import { readSetting } from '../settings/settings';
import { LastCompletion, type CompletionPlace } from './lastCompletion';
import { untilQuiet } from './untilQuiet';

/** The pause in typing after which a completion is asked for. */
const quietMs = 120;

/** Offers to go on where the cursor stands. Every key makes the request before it void; VS Code cancels that, and the engine stops at once. */
export class InlineCompletions implements vscode.InlineCompletionItemProvider, Disposable {
  readonly #last = new LastCompletion();
  readonly #registration = vscode.languages.registerInlineCompletionItemProvider({ scheme: 'file' }, this);

  constructor(private readonly services: Pick<Services, 'engine' | 'readWorkspace' | 'completionStats' | 'log'>) {}

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    { triggerKind, selectedCompletionInfo }: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const automatic = triggerKind === vscode.InlineCompletionTriggerKind.Automatic;
    const { engine, completionStats } = this.services;
    // While the list of suggestions is open, its choice is what the user looks at. A failed engine is the user's to restart.
    if (!readSetting('inlineCompletion.enabled') || !isWorkspaceFile(document.uri) || selectedCompletionInfo !== undefined || (automatic && engine.state.kind === 'failed')) {
      return [];
    }
    const place = placeOf(document, position);
    const rest = this.#last.restAt(place);
    if (rest !== undefined) {
      return itemsFor(rest, position);
    }
    if (automatic && !(await untilQuiet(quietMs, token))) {
      return [];
    }
    const text = await this.#complete(document, place, token);
    if (text === undefined || token.isCancellationRequested) {
      return [];
    }
    this.#last.set(place, text);
    if (text !== '') {
      void completionStats.noteShown();
    }
    return itemsFor(text, position);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#last.clear();
  }

  /** Undefined when there is no answer: cancelled or failed. */
  async #complete(document: vscode.TextDocument, { prefix, suffix }: CompletionPlace, token: vscode.CancellationToken): Promise<string | undefined> {
    const { engine, readWorkspace, log } = this.services;
    const cancellation = signalOf(token);
    try {
      const params = { workspace: readWorkspace(), file: openFileOf(document), prefix, suffix, sampling: completionSampling() };
      const { text, milliseconds } = await engine.call('complete', params, { signal: cancellation.signal });
      log.debug(`Completion: ${text.length} characters in ${Math.round(milliseconds)} ms`);
      return text;
    } catch (error) {
      if (!isCancellation(error)) {
        log.warn(`A completion failed: ${errorMessage(error)}`);
      }
      return undefined;
    } finally {
      cancellation.dispose();
    }
  }
}

function placeOf(document: vscode.TextDocument, position: vscode.Position): CompletionPlace {
  const text = document.getText();
  const offset = document.offsetAt(position);
  return { uri: document.uri.toString(), prefix: text.slice(0, offset), suffix: text.slice(offset) };
}

/** An item without a range would replace the word at the cursor, and is not shown where it does not begin with that. */
function itemsFor(text: string, position: vscode.Position): vscode.InlineCompletionItem[] {
  if (text === '') {
    return [];
  }
  const command = { title: vscode.l10n.t("Count an accepted completion"), command: internalCommandIds.completionAccepted };
  return [new vscode.InlineCompletionItem(text, new vscode.Range(position, position), command)];
}
