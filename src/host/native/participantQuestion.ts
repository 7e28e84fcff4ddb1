import { assertNever } from '../../common/assertNever';
import { slashCommands, type SlashCommand } from '../../common/slashCommands';

/** The command of a request to the participant. */
export function slashCommandOf(name: string | undefined): SlashCommand | undefined {
  return slashCommands.find(command => command === name);
}

/** The question that a command stands for. It is said to the model, which reads English. `/find` asks no model. */
export function commandQuestion(command: Exclude<SlashCommand, 'find'>, prompt: string): string {
  const subject = prompt.trim() === '' ? 'the selected code' : prompt.trim();
  switch (command) {
    case 'explain':
      return `Explain ${subject}.`;
    case 'tests':
      return `Write tests for ${subject}.`;
    case 'doc':
      return `Write a documentation comment for ${subject}.`;
    default:
      return assertNever(command);
  }
}
