import type { Answer, AnswerProgress } from '../../common/context';
import type { AskParams } from '../../common/engineProtocol';
import { answerPlan } from './answerPlan';
import type { EngineParts, Watch } from './engineParts';
import { planQuestion, pointedAt, type TurnMemory } from './planQuestion';

/**
 * Answers a question. The plan is made for the text of the files as it is now, so a stale file can't answer; planned windows that have no
 * slots yet get them first.
 */
export async function ask(parts: EngineParts, memory: TurnMemory, params: AskParams, watch: Watch<AnswerProgress>): Promise<Answer> {
  const started = performance.now();
  const { sampling } = params;
  watch.progress?.({ phase: 'planning' });
  const planned = await planQuestion(parts, { ...params, maxTokens: sampling.maxTokens }, { pointed: pointedAt(params), memory, signal: watch.signal });
  memory.base = planned.plan.base;
  memory.questions = [...params.history.map(turn => turn.question), params.question];
  return answerPlan(parts, { ...planned, sampling, started }, watch);
}
