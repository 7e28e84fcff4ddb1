import type { Answer, AnswerProgress } from '../../common/context';
import type { AskParams } from '../../common/engineProtocol';
import { headerTokens } from '../plan/buildPrompt';
import { fitConversation } from '../plan/conversation';
import { planContext } from '../plan/planContext';
import { answerPlan, answerPositions } from './answerPlan';
import type { EngineParts, Watch } from './engineParts';
import { planFile, readWorkspace } from './planFiles';

/** What a turn leaves for the next: files keep their places in the prompt, so that the KV cache keeps its prefix. */
export interface TurnMemory {
  order: readonly string[];
}

/**
 * Answers a question. The plan is made for the text of the files as it is now, so a stale file can't answer; planned windows that have no
 * slots yet get them first.
 */
export async function ask(parts: EngineParts, memory: TurnMemory, params: AskParams, watch: Watch<AnswerProgress>): Promise<Answer> {
  const started = performance.now();
  const { question, history, workspace, sampling } = params;
  const { roots, openFiles, ratio } = workspace;
  watch.progress?.({ phase: 'planning' });
  const { template } = parts.bundle.manifest;
  const { files, open } = await readWorkspace(parts, roots, openFiles, watch.signal);
  const conversation = fitConversation(
    { positions: parts.decoder.capacity, answerPositions: answerPositions(parts, sampling), question, history },
    parts.tokenizer,
    template,
  );
  const plan = planContext({
    files: files.map(file => planFile(parts, file, { kind: 'slots', ratio }, open.has(file.path))),
    question,
    budget: conversation.fileBudget,
    headerPositions: displayPath => headerTokens(displayPath, parts.tokenizer, template).length,
    previousOrder: memory.order,
  });
  memory.order = plan.files.map(file => file.path);
  const windows = new Map(files.flatMap(file => file.windows.map(window => [window.hash, window] as const)));
  return answerPlan(parts, { plan, conversation, windows, ratio, sampling, started }, watch);
}
