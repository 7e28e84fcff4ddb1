import { readFile } from 'node:fs/promises';
import { ShorthandError } from '../../common/errors';
import type { Engine } from '../../engine/service/engine';
import { parseItems, scoreItem, summariseScores } from '../../engine/service/evaluate';
import { numberFlag, type Flags } from '../flags';
import type { Terminal } from '../terminal';
import { UsageError } from '../usage';

/** `shorthand eval <items.jsonl>`: the continuation figures of the model card, from the engine that users run. */
export async function evalCommand(engine: Engine, operands: readonly string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const [file] = operands;
  if (file === undefined || operands.length > 1) {
    throw new UsageError('eval needs one file of items.');
  }
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ShorthandError('file-unreadable', `${file} can't be read.`, { cause: error });
  });
  const items = parseItems(text).slice(0, Math.floor(numberFlag('limit', flags.limit, Number.MAX_SAFE_INTEGER, 1)));
  const scores = [];
  for (const [index, item] of items.entries()) {
    terminal.progress(`item ${index + 1}/${items.length}`);
    scores.push(await scoreItem(engine.parts, item, signal));
  }
  const summary = summariseScores(scores);
  terminal.result({ items: scores.length, summary, scores });
  terminal.line('| context | NLL per token | gap closed |');
  terminal.line('|---|---|---|');
  for (const { name, nllPerToken, gapClosed } of summary) {
    terminal.line(`| ${name} | ${nllPerToken.toFixed(3)} | ${gapClosed === undefined ? '' : `${(gapClosed * 100).toFixed(1)} %`} |`);
  }
}
