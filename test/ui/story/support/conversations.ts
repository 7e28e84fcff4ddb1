import fs from 'node:fs';
import path from 'node:path';

/** The conversations that VS Code keeps for a workspace, as files under the profile's folder. */
export function conversationFiles(profileFolder: string): readonly string[] {
  const storage = path.join(profileFolder, 'data', 'User', 'workspaceStorage');
  return fs
    .readdirSync(storage, { recursive: true, encoding: 'utf8' })
    .filter(file => /[\\/]conversations[\\/][\w-]+\.json$/.test(file))
    .map(file => path.join(storage, file));
}

interface StoredTurn {
  asked?: { question: string; attachments?: { lines?: { firstLine: number; lastLine: number } }[] };
  attempt: number;
  outcome: { kind: string; answer?: { text: string; context: { read: { displayPath: string }[] } } };
}

/** What the last question of a conversation became for the engine, and the lines that it is about, as far as it is on disk. */
export function lastAsked(file: string): { readonly question: string | undefined; readonly lines: string } {
  const { turns } = JSON.parse(fs.readFileSync(file, 'utf8')) as { turns: StoredTurn[] };
  const asked = turns.at(-1)?.asked;
  const lines = asked?.attachments?.[0]?.lines;
  return { question: asked?.question, lines: lines === undefined ? '' : `${lines.firstLine}-${lines.lastLine}` };
}

/** How often the first question of a conversation was asked again, as far as answers to it are on disk. */
export function attempts(file: string): number {
  const { turns } = JSON.parse(fs.readFileSync(file, 'utf8')) as { turns: StoredTurn[] };
  return turns[0]?.outcome.kind === 'answered' ? turns[0].attempt : -1;
}

/**
 * Changes a conversation on disk: a small model can't be asked to write a certain answer, nor be caught in the middle of one. The first answer
 * becomes what `write` makes of the first file that it read, as it is displayed; the last turn becomes one that was interrupted.
 */
export function rewriteConversation(file: string, write: (readFile: string) => string): void {
  const conversation = JSON.parse(fs.readFileSync(file, 'utf8')) as { turns: StoredTurn[] };
  const answer = conversation.turns[0]!.outcome.answer!;
  answer.text = write(answer.context.read[0]!.displayPath);
  conversation.turns.at(-1)!.outcome = { kind: 'interrupted' };
  fs.writeFileSync(file, JSON.stringify(conversation));
}
