/** What a question can begin with to say what kind of answer is wanted: `/explain` and so on. */
export const slashCommands = ['explain', 'find', 'tests', 'doc'] as const;

export type SlashCommand = (typeof slashCommands)[number];

/** The command that a question begins with and what follows it. Undefined for other questions: `/etc/hosts` is no command. */
export function parseSlashCommand(question: string): { readonly command: SlashCommand; readonly rest: string } | undefined {
  const [, name, rest = ''] = /^\/(\w+)(?:\s+([^]*))?$/.exec(question.trim()) ?? [];
  const command = slashCommands.find(candidate => candidate === name);
  return command === undefined ? undefined : { command, rest: rest.trim() };
}
