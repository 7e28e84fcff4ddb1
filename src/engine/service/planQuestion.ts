import { promptRoles } from '../bundle/supported';
import type { ContextReport } from '../../common/context';
import type { PlanParams } from '../../common/engineProtocol';
import type { Workspace } from '../../common/workspace';
import { headerTokens } from '../plan/buildPrompt';
import { contextReport } from '../plan/contextReport';
import { fitConversation, type Conversation } from '../plan/conversation';
import type { BaseEntry, NamedStretch, Plan, PlanFile } from '../plan/plan';
import { planContext } from '../plan/planContext';
import { fileRules } from '../../common/fileRules';
import { answerPositions } from './answerPlan';
import type { EngineParts } from './engineParts';
import { planWindow, skeletonWindows, windowsOfLines } from './lineWindows';
import { openFirst, readWorkspace } from './readWorkspace';
import { slotKey } from './provideSlots';
import { similarities } from './similarity';
import type { IndexedFile, IndexedWindow } from './workspaceIndex';

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
  const { tokenizer, bundle, encoder, decoder, store } = parts;
  const template = promptRoles(bundle.manifest);
  const indexed = openFirst((await readWorkspace(parts, workspace, signal)).files, workspace);
  const windows = new Map(indexed.flatMap(file => file.windows.map(window => [window.hash, window] as const)));
  const use = (made: readonly IndexedWindow[]) => made.map(window => (windows.set(window.hash, window), planWindow(window)));
  const byPath = new Map(indexed.map(file => [file.path, file]));
  const files = planFiles(indexed, workspace);
  const named = pointed.flatMap(({ reason, path, lines }): readonly NamedStretch[] => {
    const source = byPath.get(path);
    const file = files.find(candidate => candidate.path === path);
    const cut = source === undefined || lines === undefined ? [] : use(windowsOfLines(parts, source, lines.firstLine, lines.lastLine));
    return file === undefined || (lines !== undefined && cut.length === 0) ? [] : [{ reason, file, lines: lines && { ...lines, windows: cut } }];
  });

  const answer = answerPositions(parts, params);
  const budget = Math.min(decoder.capacity, params.positions ?? Infinity);
  const conversation = fitConversation({ positions: Math.min(decoder.capacity, budget + answer), answerPositions: answer, question, history }, tokenizer, template);
  const meanFidelity = new Map(encoder.spec.ratios.map(ratio => [ratio, store.meanFidelity(bundle.encoderId, ratio)]));
  const headerPositions = (displayPath: string): number => headerTokens(displayPath, tokenizer, template).length;
  const [first] = named;
  const firstPositions = first === undefined ? 0 : headerPositions(first.file.displayPath) + (first.lines?.windows ?? []).reduce((total, window) => total + window.tokenCount, 0);
  const plan = planContext({
    files,
    question,
    budget: Math.min(conversation.fileBudget, firstPositions + around),
    headerPositions,
    slots: {
      ratios: encoder.spec.ratios.toSorted((a, b) => a - b),
      count: (tokens, ratio) => encoder.slotCount(tokens, ratio),
      stored: (hash, ratio) => store.shapesOf([slotKey(parts, hash, ratio)])[0],
      meanFidelity: ratio => meanFidelity.get(ratio),
    },
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

function planFiles(files: readonly IndexedFile[], workspace: Workspace): readonly PlanFile[] {
  const ruleOf = fileRules(workspace);
  const open = new Set(workspace.openFiles.map(file => file.path));
  return files.map(({ path, displayPath, windows }) => ({ path, displayPath, open: open.has(path), ...ruleOf(path), windows: windows.map(planWindow) }));
}
