import { assertNever } from '../common/assertNever';
import type { WrittenItem } from '../engine/evaluate/items';
import type { ContextSummary } from '../engine/evaluate/scoreItem';
import type { Figure, WrittenSummary } from '../engine/evaluate/summariseWritten';

/** Negative log-likelihoods as a Markdown table; training's beside the engine's where the items say them. */
export function continuationTable(summary: readonly ContextSummary[]): readonly string[] {
  return [
    '| continuation behind | NLL per token | gap closed | NLL in training |',
    '|---|---|---|---|',
    ...summary.map(({ name, nllPerToken, gapClosed, training }) => `| ${name} | ${nllPerToken.toFixed(3)} | ${gapClosed === undefined ? '' : percent(gapClosed, 1)} | ${training?.toFixed(3) ?? ''} |`),
    '',
  ];
}

/** What was written as a Markdown table; training's figures beside the engine's where the items say what training wrote. */
export function writtenTable(kind: WrittenItem['kind'], summary: readonly WrittenSummary[]): readonly string[] {
  const metrics = summary[0]?.figures.map(({ metric }) => metric) ?? [];
  const columns = [`${titleOf(kind)} behind`, 'items', ...metrics.flatMap(metric => [metric, `${metric} in training`]), 'same text'];
  const figure = (value: number | undefined, { metric }: Figure): string => value?.toFixed(metric === 'BLEU-4' || metric === 'edit similarity' ? 1 : 3) ?? '';
  return [
    `| ${columns.join(' | ')} |`,
    '|---'.repeat(columns.length) + '|',
    ...summary.map(({ context, items, figures, same }) => {
      const cells = figures.flatMap(each => [figure(each.engine, each), figure(each.training, each)]);
      return `| ${[context, items, ...cells, same === undefined ? '' : percent(same, 0)].join(' | ')} |`;
    }),
    '',
  ];
}

function titleOf(kind: WrittenItem['kind']): string {
  switch (kind) {
    case 'reconstruction':
      return 'reconstruction';
    case 'nextLine':
      return 'next line';
    case 'question':
      return 'answer';
    default:
      return assertNever(kind);
  }
}

function percent(share: number, digits: number): string {
  return `${(share * 100).toFixed(digits)} %`;
}
