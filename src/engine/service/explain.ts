import { ShorthandError } from '../../common/errors';
import type { Answer, AnswerProgress } from '../../common/context';
import type { ExplainParams } from '../../common/engineProtocol';
import type { Workspace } from '../../common/workspace';
import { headerTokens } from '../plan/buildPrompt';
import { fitConversation } from '../plan/conversation';
import { sum, type Plan } from '../plan/plan';
import { planContext } from '../plan/planContext';
import { indexTerms } from '../plan/terms';
import { fileRules } from '../workspace/fileRules';
import { lineStarts } from '../workspace/lines';
import { cutWindows } from '../workspace/windows';
import { answerPlan, answerPositions } from './answerPlan';
import type { EngineParts, Watch } from './engineParts';
import { openFirst, planFile, readWorkspace } from './planFiles';
import type { IndexedFile, IndexedWindow } from './workspaceIndex';

/** Positions of slots around a symbol: a hover should answer at once, and the symbol's own code says most. */
const surroundingPositions = 1024;

/**
 * Explains a symbol: its own lines enter as raw text, the rest of its file and what else is relevant to its name as slots.
 * Errors: `nothing-to-read` when the lines are empty or the file can't be used.
 */
export async function explain(parts: EngineParts, params: ExplainParams, watch: Watch<AnswerProgress>): Promise<Answer> {
  const started = performance.now();
  const { workspace, file: target, symbol, firstLine, lastLine, sampling } = params;
  const ruleOf = fileRules(workspace);
  watch.progress?.({ phase: 'planning' });
  const { template } = parts.bundle.manifest;
  const question = `What does \`${symbol}\` do?`;
  const inFront: Workspace = { ...workspace, openFiles: [target, ...workspace.openFiles.filter(file => file.path !== target.path)] };
  const files = openFirst((await readWorkspace(parts, inFront, watch.signal)).files, inFront);
  const own = files.find(file => file.path === target.path);
  if (own === undefined) {
    throw new ShorthandError('nothing-to-read', `${target.path} is not a text file of the workspace.`);
  }
  const conversation = fitConversation(
    { positions: parts.decoder.capacity, answerPositions: answerPositions(parts, sampling), question, history: [] },
    parts.tokenizer,
    template,
  );
  const headerPositions = (displayPath: string): number => headerTokens(displayPath, parts.tokenizer, template).length;
  const symbolWindows = windowsOfLines(parts, own, firstLine, lastLine);
  if (symbolWindows.length === 0) {
    throw new ShorthandError('nothing-to-read', `Lines ${firstLine} to ${lastLine} of ${own.displayPath} are empty.`);
  }
  const raw = planContext({
    files: [planFile(parts, own, { kind: 'raw' }, true, symbolWindows)],
    question,
    budget: conversation.fileBudget,
    headerPositions,
  });
  const around = files.map(file => {
    // Windows that hold more than the symbol stay, or the lines around it would be dropped without a word.
    const windows = file.windows.filter(window => file !== own || window.firstLine < firstLine || window.lastLine > lastLine);
    return planFile(parts, file, { kind: 'slots', ratio: ruleOf(file.path).ratio }, file === own, windows);
  });
  const slots = planContext({ files: around, question, budget: Math.min(surroundingPositions, conversation.fileBudget - raw.positions), headerPositions });
  const plan: Plan = {
    // The symbol's code stands last, next to the question.
    files: [...slots.files, ...raw.files],
    leftOut: [...raw.leftOut, ...slots.leftOut],
    filesKnown: slots.filesKnown,
    positions: sum([slots, raw], part => part.positions),
  };
  const windows = new Map([...files.flatMap(file => file.windows), ...symbolWindows].map(window => [window.hash, window]));
  return answerPlan(parts, { plan, conversation, windows, budget: parts.decoder.capacity, sampling, started }, watch);
}

/** The lines of a file as windows of their own. */
function windowsOfLines({ tokenizer, encoder }: Pick<EngineParts, 'tokenizer' | 'encoder'>, file: IndexedFile, firstLine: number, lastLine: number): readonly IndexedWindow[] {
  const whole = file.windows.map(window => window.text).join('');
  const starts = lineStarts(whole);
  const text = whole.slice(starts[firstLine - 1] ?? whole.length, starts[lastLine]);
  if (text.trim() === '') {
    return [];
  }
  return cutWindows(text, tokenizer, encoder.spec.window).map(window => ({
    hash: window.hash,
    text: window.text,
    tokenCount: window.tokens.length,
    firstLine: window.firstLine + firstLine - 1,
    lastLine: window.lastLine + firstLine - 1,
    terms: indexTerms(window.text),
  }));
}
