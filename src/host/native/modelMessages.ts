import * as vscode from 'vscode';
import type { AskParams } from '../../common/engineProtocol';

/** A conversation as the engine takes it. */
export type Conversation = Pick<AskParams, 'question' | 'history'>;

interface Message {
  readonly fromAssistant: boolean;
  readonly text: string;
}

/** The text of a message; images and the results of tools are nothing that the decoder can read. */
export function messageText({ content }: Pick<vscode.LanguageModelChatRequestMessage, 'content'>): string {
  return content.flatMap(part => (part instanceof vscode.LanguageModelTextPart ? [part.value] : [])).join('');
}

/** Turns messages into earlier turns and the question that they end with. What a caller says in several messages on end is one. */
export function conversationOf(messages: readonly vscode.LanguageModelChatRequestMessage[]): Conversation {
  const turns: { question: string; answer: string }[] = [];
  let current = { question: '', answer: '' };
  for (const { fromAssistant, text } of messages.map(toMessage)) {
    if (fromAssistant) {
      current.answer = joined(current.answer, text);
    } else {
      if (current.answer !== '') {
        turns.push(current);
        current = { question: '', answer: '' };
      }
      current.question = joined(current.question, text);
    }
  }
  // Messages that end with the assistant's ask it to go on.
  return current.answer === '' ? { question: current.question, history: turns } : { question: '', history: [...turns, current] };
}

function toMessage(message: vscode.LanguageModelChatRequestMessage): Message {
  return { fromAssistant: message.role === vscode.LanguageModelChatMessageRole.Assistant, text: messageText(message) };
}

function joined(before: string, text: string): string {
  return before === '' || text === '' ? before + text : `${before}\n\n${text}`;
}
