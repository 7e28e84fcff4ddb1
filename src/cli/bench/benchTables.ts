import type { BenchReport } from './runBench';
import type { Sample } from './samples';

/** A report as Markdown: medians, with the lowest and highest run in brackets. */
export function benchTables({ machine, model, encode, firstToken, decode, cache, peakMemoryMB }: BenchReport): string {
  const number = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));
  const sample = ({ median, low, high }: Sample): string => `${number(median)} (${number(low)}-${number(high)})`;
  const runs = firstToken[0]?.raw.runs ?? 0;
  return [
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGB.toFixed(0)} GB, ${machine.system}, Node ${machine.node}; ` +
      `${model.bundle} ${model.version}, ONNX Runtime ${model.runtime}, ${model.provider}. Median (lowest-highest), ${runs} runs for the first token.`,
    '',
    '| first token behind | raw text, ms | cached slots 8x, ms | times sooner | positions raw / slots |',
    '|---|---|---|---|---|',
    ...firstToken.map(row => `| ${number(row.tokens)} tokens | ${sample(row.raw)} | ${sample(row.slots)} | ${row.speedup.toFixed(1)} | ${row.rawPositions} / ${row.slotPositions} |`),
    '',
    '| encode | tokens/s | slots coded/s | slots decoded/s |',
    '|---|---|---|---|',
    ...encode.map(row => `| ${row.ratio}x, ${number(row.tokens)} tokens | ${sample(row.rate)} | ${sample(row.code.encode)} | ${sample(row.code.decode)} |`),
    '',
    '| decode behind | tokens/s |',
    '|---|---|',
    ...decode.map(row => `| ${number(row.positions)} positions | ${sample(row.rate)} |`),
    '',
    '| cache | source, kB | slots, kB | slot bytes per source byte | file bytes per source byte |',
    '|---|---|---|---|---|',
    ...cache.map(
      row =>
        `| ${row.ratio}x | ${number(row.sourceBytes / 1000)} | ${number(row.slotBytes / 1000)} | ${(row.slotBytes / row.sourceBytes).toFixed(2)} | ${(row.fileBytes / row.sourceBytes).toFixed(2)} |`,
    ),
    '',
    `Peak memory ${number(peakMemoryMB)} MB.`,
  ].join('\n');
}
