import * as vscode from 'vscode';
import { assertNever } from '../../../common/assertNever';
import type { ContextReport } from '../../../common/context';
import { titleOf, type Conversation, type Outcome } from './conversation';

/** A conversation as a Markdown document: questions as headings, answers as they were written, and what was read for each. */
export function conversationMarkdown(conversation: Conversation): string {
  const turns = conversation.turns.map(({ question, outcome }) => `## ${heading(question)}\n\n${outcomeMarkdown(outcome)}`);
  return `${[`# ${heading(titleOf(conversation))}`, ...turns].join('\n\n')}\n`;
}

function outcomeMarkdown(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'answered':
      return `${outcome.answer.text.trim()}${readList(outcome.answer.context)}`;
    case 'found':
      return outcome.places.map(place => `- ${inCode(`${place.displayPath}:${place.firstLine}`)}`).join('\n');
    case 'incomplete':
    case 'failed':
      return `*${outcome.message}*`;
    case 'interrupted':
    case 'running':
      return `*${vscode.l10n.t("This question was not answered.")}*`;
    default:
      return assertNever(outcome);
  }
}

function readList({ read }: ContextReport): string {
  const paths = [...new Set(read.map(file => file.displayPath))];
  return paths.length === 0 ? '' : `\n\n${vscode.l10n.t("Read for this answer:")}\n\n${paths.map(path => `- ${inCode(path)}`).join('\n')}`;
}

function inCode(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

/** A question of several lines would end the heading early. */
function heading(question: string): string {
  return question.replace(/\s+/g, ' ').trim();
}
