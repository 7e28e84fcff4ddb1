import type { ContextReport } from '../../common/context';
import type { PlanParams } from '../../common/engineProtocol';
import { headerTokens } from '../plan/buildPrompt';
import { contextReport } from '../plan/contextReport';
import { fitConversation, type Conversation } from '../plan/conversation';
import type { Plan } from '../plan/plan';
import { planContext } from '../plan/planContext';
import { fileRules } from '../workspace/fileRules';
import { answerPositions } from './answerPlan';
import type { EngineParts } from './engineParts';
import { openFirst, planFile, readWorkspace } from './planFiles';
import type { IndexedWindow } from './workspaceIndex';

/** What a turn leaves for the next: files keep their places in the prompt, so that the KV cache keeps its prefix. */
export interface TurnMemory {
  order: readonly string[];
}

export interface PlannedQuestion {
  readonly plan: Plan;
  readonly conversation: Conversation;
  /** Every window of the plan, by hash. */
  readonly windows: ReadonlyMap<string, IndexedWindow>;
  /** Most positions of the prompt. */
  readonly budget: number;
}

/** Plans what a question reads, for the text of the files as it is now. Errors: `cancelled`, `prompt-too-long`. */
export async function planQuestion(parts: EngineParts, memory: Readonly<TurnMemory>, params: PlanParams, signal: AbortSignal | undefined): Promise<PlannedQuestion> {
  const { question, history, workspace } = params;
  const { template } = parts.bundle.manifest;
  const ruleOf = fileRules(workspace);
  const open = new Set(workspace.openFiles.map(file => file.path));
  const files = openFirst((await readWorkspace(parts, workspace, signal)).files, workspace);
  const answer = answerPositions(parts, params);
  const budget = Math.min(parts.decoder.capacity, params.positions ?? Infinity);
  const conversation = fitConversation(
    { positions: Math.min(parts.decoder.capacity, budget + answer), answerPositions: answer, question, history },
    parts.tokenizer,
    template,
  );
  const plan = planContext({
    files: files.map(file => planFile(parts, file, { kind: 'slots', ratio: ruleOf(file.path).ratio }, open.has(file.path))),
    question,
    budget: conversation.fileBudget,
    headerPositions: displayPath => headerTokens(displayPath, parts.tokenizer, template).length,
    previousOrder: memory.order,
  });
  const windows = new Map(files.flatMap(file => file.windows.map(window => [window.hash, window] as const)));
  return { plan, conversation, windows, budget };
}

/** What an answer would read. Nothing is encoded and nothing read by the decoder. */
export async function reportPlan(parts: EngineParts, memory: Readonly<TurnMemory>, params: PlanParams, signal: AbortSignal | undefined): Promise<ContextReport> {
  const { plan, conversation, budget } = await planQuestion(parts, memory, params, signal);
  const { droppedTurns, positions } = conversation;
  return contextReport(plan, { promptPositions: plan.positions + positions, droppedTurns, reusedPositions: 0, answerPositions: answerPositions(parts, params), budget });
}
