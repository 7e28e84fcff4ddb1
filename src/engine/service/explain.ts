import { ShorthandError } from '../../common/errors';
import type { Answer, AnswerProgress } from '../../common/context';
import type { ExplainParams } from '../../common/engineProtocol';
import { answerPlan } from './answerPlan';
import type { EngineParts, Watch } from './engineParts';
import { noTurn, planQuestion } from './planQuestion';

/** Positions of slots around a symbol: a hover should answer at once, and the symbol's own code says most. */
const surroundingPositions = 1024;

/**
 * Explains a symbol: its own lines enter as raw text, the rest of its file and what else is relevant to its name as slots.
 * Errors: `nothing-to-read` when the lines are empty or the file can't be used.
 */
export async function explain(parts: EngineParts, params: ExplainParams, watch: Watch<AnswerProgress>): Promise<Answer> {
  const started = performance.now();
  const { workspace, file: target, symbol, firstLine, lastLine, sampling } = params;
  watch.progress?.({ phase: 'planning' });
  const planned = await planQuestion(
    parts,
    {
      question: `What does \`${symbol}\` do?`,
      history: [],
      workspace: { ...workspace, openFiles: [target, ...workspace.openFiles.filter(file => file.path !== target.path)] },
      maxTokens: sampling.maxTokens,
    },
    { pointed: [{ reason: 'symbol', path: target.path, lines: { firstLine, lastLine } }], memory: noTurn, around: surroundingPositions, signal: watch.signal },
  );
  if (!planned.plan.files.some(file => file.pieces.some(piece => piece.reason === 'symbol'))) {
    throw new ShorthandError('nothing-to-read', `Lines ${firstLine} to ${lastLine} of ${target.path} are empty, or it is no text file of the workspace.`);
  }
  return answerPlan(parts, { ...planned, sampling, started }, watch);
}
