import * as vscode from 'vscode';
import type { AnswerProgress, ContextReport } from '../../common/context';
import { assertNever } from '../../common/assertNever';
import { errorMessage, isCancellation } from '../../common/errors';
import { participantId } from '../../common/ids';
import { signalOf } from '../cancellation';
import { prepareSlashCommand } from '../chat/slash/prepareSlashCommand';
import { mentionsOf } from '../context/mentions';
import { errorCodeOf, errorText } from '../errorText';
import type { Services } from '../services';
import { promptPositions } from '../settings/promptPositions';
import { chatSampling } from '../settings/sampling';
import { AnswerDeltas } from './answerDeltas';
import { answerNotes } from './answerNotes';
import { answerMetadata, historyOf } from './chatHistory';
import { find } from './findInMemory';
import { noFolderText } from './noFolder';
import { readReferences } from './promptReferences';

type Needs = Pick<Services, 'engine' | 'readWorkspace' | 'log'>;

/** `@shorthand` in VS Code's own chat: the same engine and the same context as in the panel. */
export function registerChatParticipant(services: Needs): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant(participantId, async (request, { history }, stream, token) => {
    const cancellation = signalOf(token);
    try {
      return await answer(services, request, history, stream, cancellation.signal);
    } catch (error) {
      return failure(error, services);
    } finally {
      cancellation.dispose();
    }
  });
  participant.iconPath = new vscode.ThemeIcon('layers');
  return vscode.Disposable.from(participant);
}

async function answer(
  { engine, readWorkspace }: Needs,
  request: vscode.ChatRequest,
  history: vscode.ChatContext['history'],
  stream: vscode.ChatResponseStream,
  signal: AbortSignal,
): Promise<vscode.ChatResult> {
  const workspace = readWorkspace();
  if (workspace.roots.length === 0) {
    stream.markdown(noFolderText());
    stream.button({ command: 'vscode.openFolder', title: vscode.l10n.t("Open Folder") });
    return {};
  }
  const { attachments, unread } = readReferences(request.references);
  const prepared = await prepareSlashCommand(request.command === undefined ? request.prompt : `/${request.command} ${request.prompt}`, attachments);
  if (prepared.kind === 'incomplete') {
    stream.markdown(prepared.message);
    return {};
  }
  const { question } = prepared;
  if (prepared.kind === 'find') {
    await find(engine, { workspace, question, signal }, stream);
    return {};
  }
  const deltas = new AnswerDeltas();
  const write = (text: string): void => {
    const delta = deltas.next(text);
    if (delta !== '') {
      stream.markdown(delta);
    }
  };
  const tell = phaseTeller(stream);
  const answered = await engine.call(
    'ask',
    { workspace, question, history: historyOf(history), sampling: chatSampling(), ...promptPositions(), ...mentionsOf(prepared.attachments) },
    { signal, onProgress: progress => (progress.phase === 'writing' ? write(progress.text) : tell(progress)) },
  );
  write(answered.text);
  cite(answered.context, stream);
  const notes = answerNotes(answered, unread);
  if (notes !== '') {
    stream.markdown(notes);
  }
  return { metadata: answerMetadata(answered.text) };
}

function failure(error: unknown, { log }: Needs): vscode.ChatResult {
  if (isCancellation(error)) {
    return {};
  }
  log.error(`A question to the chat participant failed: ${errorMessage(error)}`);
  return { errorDetails: { message: errorText(errorCodeOf(error)) } };
}

/** Says each phase once: every progress part takes a place of its own in the answer. */
function phaseTeller(stream: vscode.ChatResponseStream): (progress: AnswerProgress) => void {
  let told: AnswerProgress['phase'] | undefined;
  return progress => {
    if (progress.phase !== told) {
      told = progress.phase;
      stream.progress(phaseText(progress.phase));
    }
  };
}

function phaseText(phase: AnswerProgress['phase']): string {
  switch (phase) {
    case 'planning':
      return vscode.l10n.t("Planning what to read");
    case 'compressing':
      return vscode.l10n.t("Compressing changed files");
    case 'reading':
      return vscode.l10n.t("Reading");
    case 'writing':
      return vscode.l10n.t("Writing");
    default:
      return assertNever(phase);
  }
}

/** Lists what the decoder read under the answer. */
function cite({ read }: ContextReport, stream: vscode.ChatResponseStream): void {
  for (const { path, firstLine, lastLine } of read) {
    stream.reference(new vscode.Location(vscode.Uri.file(path), new vscode.Range(Math.max(0, firstLine - 1), 0, Math.max(0, lastLine - 1), 0)));
  }
}
