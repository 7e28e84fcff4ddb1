import fs from 'node:fs';
import path from 'node:path';

/** The conversations that VS Code keeps for a workspace, as files under the profile's folder. */
export function conversationFiles(profileFolder: string): readonly string[] {
  return fs
    .readdirSync(profileFolder, { recursive: true, encoding: 'utf8' })
    .filter(file => /workspaceStorage.*[\\/]conversations[\\/][\w-]+\.json$/.test(file))
    .map(file => path.join(profileFolder, file));
}

/**
 * Changes the text of the first answer of a conversation on disk: a small model can't be asked to write a certain one. `write` gets the first
 * file that the answer read, as it is displayed.
 */
export function rewriteAnswer(file: string, write: (readFile: string) => string): void {
  const conversation = JSON.parse(fs.readFileSync(file, 'utf8')) as { turns: { outcome: { answer: { text: string; context: { read: { displayPath: string }[] } } } }[] };
  const { answer } = conversation.turns[0]!.outcome;
  answer.text = write(answer.context.read[0]!.displayPath);
  fs.writeFileSync(file, JSON.stringify(conversation));
}
