import type { ContextReport } from '../../common/context';
import type { PlanParams } from '../../common/engineProtocol';
import type { Workspace } from '../../common/workspace';
import { contextReport } from '../plan/contextReport';
import { fitConversation, type Conversation } from '../plan/conversation';
import { sum, type BaseEntry, type NamedStretch, type Plan, type PlanFile, type PlanWindow } from '../plan/plan';
import { planContext } from '../plan/planContext';
import { answerPositions } from './answerPlan';
import type { EngineParts } from './engineParts';
import { planWindow, skeletonWindows, windowsOfLines } from './lineWindows';
import { openFirst, readWorkspace } from './readWorkspace';
import { similarities } from './similarity';
import { slotFacts } from './slotFacts';
import { textPositions } from './textPositions';
import type { IndexedFile, IndexedWindow } from './workspaceIndex';
import { engineRules } from './engineRules';

/** What a turn leaves for the next: its base stays in the prompt, so that the KV cache keeps its prefix. */
export interface TurnMemory {
  base: readonly BaseEntry[];
  /** Of its conversation, its own among them: by these the next turn is known as one that goes on with it. */
  questions: readonly string[];
}

export const noTurn: Readonly<TurnMemory> = { base: [], questions: [] };

export interface PlannedQuestion {
  readonly plan: Plan;
  readonly conversation: Conversation;
  /** Every window of the plan, by hash. */
  readonly windows: ReadonlyMap<string, IndexedWindow>;
  /** Most positions of the prompt. */
  readonly budget: number;
}

/** Lines or a file that the user pointed at. */
export interface Pointed {
  readonly reason: NamedStretch['reason'];
  readonly path: string;
  readonly lines?: { readonly firstLine: number; readonly lastLine: number } | undefined;
}

export interface PlanningOptions {
  /** Most wanted first. */
  readonly pointed: readonly Pointed[];
  readonly memory: Readonly<TurnMemory>;
  /** Most positions for files besides the first thing that was pointed at; all that are free when absent. */
  readonly around?: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What a question points at. */
export function pointedAt({ selection, mentions }: Pick<PlanParams, 'selection' | 'mentions'>): readonly Pointed[] {
  return [
    ...(selection === undefined ? [] : [{ reason: 'selection', path: selection.path, lines: selection } as const]),
    ...mentions.map(({ path, lines }) => ({ reason: 'mentioned', path, lines }) as const),
  ];
}

/** Plans what a question reads, for the text of the files as it is now. Errors: `cancelled`, `prompt-too-long`. */
export async function planQuestion(parts: EngineParts, params: Omit<PlanParams, 'selection' | 'mentions'>, options: PlanningOptions): Promise<PlannedQuestion> {
  const { question, history, workspace } = params;
  const { pointed, memory, around = Infinity, signal } = options;
  const { prompt, decoder } = parts;
  const indexed = openFirst((await readWorkspace(parts, workspace, signal)).files, workspace);
  const windows = new Map(indexed.flatMap(file => file.windows.map(window => [window.hash, window] as const)));
  const use = (made: readonly IndexedWindow[]) => made.map(window => (windows.set(window.hash, window), planWindow(window)));
  const byPath = new Map(indexed.map(file => [file.path, file]));
  const files = planFiles(parts, indexed, workspace);
  const named = pointed.flatMap(({ reason, path, lines }): readonly NamedStretch[] => {
    const source = byPath.get(path);
    const file = files.find(candidate => candidate.path === path);
    const cut = source === undefined || lines === undefined ? [] : use(windowsOfLines(parts, source, lines.firstLine, lines.lastLine));
    return file === undefined || (lines !== undefined && cut.length === 0) ? [] : [{ reason, file, lines: lines && { ...lines, windows: cut } }];
  });

  const answer = answerPositions(parts, params);
  const budget = Math.min(decoder.capacity, params.positions ?? Infinity);
  const conversation = fitConversation({ positions: Math.min(decoder.capacity, budget + answer), answerPositions: answer, question, history }, prompt);
  const headerPositions = (displayPath: string): number => prompt.header(displayPath).length;
  const rawPositions = (window: PlanWindow): number => textPositions(parts, windows.get(window.hash), window.tokenCount);
  const [first] = named;
  const firstPositions = first === undefined ? 0 : headerPositions(first.file.displayPath) + sum(first.lines?.windows ?? [], rawPositions);
  const plan = planContext({
    files,
    question,
    budget: Math.min(conversation.fileBudget, firstPositions + around),
    headerPositions,
    slots: slotFacts(parts),
    rawPositions,
    named,
    similarity: await similarities(parts, question, files.flatMap(file => (byPath.get(file.path)?.windows ?? []).map(window => ({ window, ratio: file.ratio }))), signal),
    skeleton: file => {
      const source = byPath.get(file.path);
      return source === undefined ? [] : use(skeletonWindows(parts, source));
    },
    previous: { base: memory.base, followUp: history.some(turn => memory.questions.includes(turn.question)) },
  });
  return { plan, conversation, windows, budget };
}

/** What an answer would read. Nothing of the workspace is encoded, and nothing is read by the decoder. */
export async function reportPlan(parts: EngineParts, memory: Readonly<TurnMemory>, params: PlanParams, signal: AbortSignal | undefined): Promise<ContextReport> {
  const { plan, conversation, budget } = await planQuestion(parts, params, { pointed: pointedAt(params), memory, signal });
  const { droppedTurns, positions } = conversation;
  return contextReport(plan, { promptPositions: plan.positions + positions, droppedTurns, reusedPositions: 0, answerPositions: answerPositions(parts, params), budget });
}

function planFiles(parts: Pick<EngineParts, 'compressor'>, files: readonly IndexedFile[], workspace: Workspace): readonly PlanFile[] {
  const ruleOf = engineRules(parts, workspace);
  const open = new Set(workspace.openFiles.map(file => file.path));
  return files.map(({ path, displayPath, windows }) => ({ path, displayPath, open: open.has(path), ...ruleOf(path), windows: windows.map(planWindow) }));
}
