/** What a question can begin with to say what kind of answer is wanted: `/explain` and so on. */
export const slashCommands = ['explain', 'find', 'tests', 'doc'] as const;

export type SlashCommand = (typeof slashCommands)[number];
