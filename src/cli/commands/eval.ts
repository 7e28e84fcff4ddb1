import { readFile } from 'node:fs/promises';
import { ShorthandError } from '../../common/errors';
import { parseItems, type EvaluationItem } from '../../engine/evaluate/items';
import { scoreItem, summariseScores, type ItemScores } from '../../engine/evaluate/scoreItem';
import { summariseWritten } from '../../engine/evaluate/summariseWritten';
import { writeItem, type WrittenResult } from '../../engine/evaluate/writeItem';
import type { Engine } from '../../engine/service/engine';
import { continuationTable, writtenTable } from '../evalTables';
import { numberFlag, type Flags } from '../flags';
import type { Terminal } from '../terminal';
import { UsageError } from '../usage';

const writtenKinds = ['reconstruction', 'nextLine', 'question'] as const;

/** `shorthand eval <items.jsonl>`: the model card's figures, from the engine that users run. */
export async function evalCommand(engine: Engine, operands: readonly string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const [file] = operands;
  if (file === undefined || operands.length > 1) {
    throw new UsageError('eval needs one file of items.');
  }
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ShorthandError('file-unreadable', `${file} can't be read.`, { cause: error });
  });
  const items = firstOfEachKind(parseItems(text), Math.floor(numberFlag('limit', flags.limit, Number.MAX_SAFE_INTEGER, 1)));
  const scores: ItemScores[] = [];
  const written: WrittenResult[] = [];
  for (const [index, item] of items.entries()) {
    terminal.progress(`item ${index + 1}/${items.length}`);
    if (item.kind === 'continuation') {
      scores.push(await scoreItem(engine.parts, item, signal));
    } else {
      written.push(await writeItem(engine.parts, item, signal));
    }
  }
  const summary = summariseScores(scores);
  const summaries = writtenKinds.map(kind => ({ kind, summary: summariseWritten(kind, written.filter(result => result.kind === kind)) })).filter(part => part.summary.length > 0);
  terminal.result({ items: items.length, summary, scores, written: summaries, texts: written });
  if (scores.length > 0) {
    continuationTable(summary).forEach(line => terminal.line(line));
  }
  for (const part of summaries) {
    writtenTable(part.kind, part.summary).forEach(line => terminal.line(line));
  }
}

function firstOfEachKind(items: readonly EvaluationItem[], count: number): readonly EvaluationItem[] {
  const seen = new Map<EvaluationItem['kind'], number>();
  return items.filter(({ kind }) => {
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    return (seen.get(kind) ?? 0) <= count;
  });
}
