import * as v from 'valibot';
import * as vscode from 'vscode';
import type { AskParams } from '../../common/engineProtocol';

type Turns = AskParams['history'];

/** Earlier turns that go into a prompt. More would push the workspace out of it. */
const maxTurns = 6;

/** The model's own words of an answer, without the notes around them: kept with the result of a turn. */
const metadataSchema = v.object({ answer: v.string() });

/** What a turn keeps for later ones. */
export function answerMetadata(answer: string): v.InferOutput<typeof metadataSchema> {
  return { answer };
}

/** Earlier questions of a conversation with the participant, each with its answer; questions that have none are left out. */
export function historyOf(turns: vscode.ChatContext['history']): Turns {
  return turns
    .flatMap((turn, index) => {
      const next = turns[index + 1];
      const answer = next instanceof vscode.ChatResponseTurn ? answerOf(next) : '';
      return turn instanceof vscode.ChatRequestTurn && answer !== '' ? [{ question: turn.prompt, answer }] : [];
    })
    .slice(-maxTurns);
}

function answerOf(turn: vscode.ChatResponseTurn): string {
  const kept = v.safeParse(metadataSchema, turn.result.metadata);
  return kept.success ? kept.output.answer : '';
}
