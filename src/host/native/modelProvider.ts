import * as vscode from 'vscode';
import { errorMessage } from '../../common/errors';
import { modelVendor } from '../../common/ids';
import { signalOf } from '../cancellation';
import type { Engine } from '../engine/engine';
import { readEngineOptions } from '../engine/engineOptions';
import { errorCodeOf, errorText } from '../errorText';
import type { Services } from '../services';
import { chatSampling } from '../settings/sampling';
import { onDidChangeSettings, readSetting } from '../settings/settings';
import { AnswerDeltas } from './answerDeltas';
import { readModelInformation } from './modelInformation';
import { conversationOf, messageText } from './modelMessages';

type Needs = Pick<Services, 'context' | 'engine' | 'log'>;

/** Bytes of a text for each of its tokens, at the least: the estimate errs on the high side, so that what is made to fit it does fit. */
const bytesPerToken = 2;

/** The bundle's decoder in VS Code's model picker. It reads the messages that it gets and nothing of the workspace. */
export function registerModelProvider({ context, engine, log }: Needs): vscode.Disposable {
  const changes = new vscode.EventEmitter<void>();
  const registration = vscode.lm.registerLanguageModelChatProvider(modelVendor, {
    onDidChangeLanguageModelChatInformation: changes.event,
    provideLanguageModelChatInformation: async () => {
      try {
        return [await readModelInformation(readEngineOptions(context), readSetting('chat.maxTokens'))];
      } catch (error) {
        log.warn(`No model is offered: ${errorMessage(error)}`);
        return [];
      }
    },
    provideLanguageModelChatResponse: (_, messages, __, progress, token) => respond(engine, messages, progress, token),
    provideTokenCount: (_, text) => countTokens(engine, typeof text === 'string' ? text : messageText(text)),
  });
  // The first question to VS Code's chat would otherwise come before the model is known.
  void vscode.lm.selectChatModels({ vendor: modelVendor });
  return vscode.Disposable.from(
    registration,
    changes,
    onDidChangeSettings(['models.active', 'models.folder', 'chat.maxTokens'], () => changes.fire()),
  );
}

async function respond(
  engine: Engine,
  messages: readonly vscode.LanguageModelChatRequestMessage[],
  progress: vscode.Progress<vscode.LanguageModelResponsePart>,
  token: vscode.CancellationToken,
): Promise<void> {
  const cancellation = signalOf(token);
  const deltas = new AnswerDeltas();
  const write = (text: string): void => {
    const delta = deltas.next(text);
    if (delta !== '') {
      progress.report(new vscode.LanguageModelTextPart(delta));
    }
  };
  try {
    const workspace = { roots: [], openFiles: [], rules: [], ratio: readSetting('compression.ratio') };
    const { text } = await engine.call(
      'ask',
      { workspace, ...conversationOf(messages), mentions: [], sampling: chatSampling() },
      { signal: cancellation.signal, onProgress: snapshot => snapshot.phase === 'writing' && write(snapshot.text) },
    );
    write(text);
  } catch (error) {
    // VS Code shows the message to whoever asked.
    throw new Error(errorText(errorCodeOf(error)), { cause: error });
  } finally {
    cancellation.dispose();
  }
}

/** Exact while the engine runs. Counting alone does not load a model: without the engine it is an estimate, on the high side. */
async function countTokens(engine: Engine, text: string): Promise<number> {
  return engine.state.kind === 'ready' || engine.state.kind === 'busy'
    ? engine.call('countTokens', { text })
    : Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}
