import { resolve } from 'node:path';
import { buildBundle } from '../../builder/buildBundle';
import type { Quantisation } from '../../common/bundle';
import { numberFlag, type Flags } from '../flags';
import { grouped, type Terminal } from '../terminal';
import { UsageError } from '../usage';

function quantisationFlag(name: string, value: string | undefined, block: number): Quantisation {
  switch (value ?? 'int8') {
    case 'fp32':
      return { kind: 'fp32' };
    case 'fp16':
      return { kind: 'fp16' };
    case 'int8':
      return { kind: 'int8', block };
    case 'int4':
      return { kind: 'int4', block };
    default:
      throw new UsageError(`--${name} takes fp32, fp16, int8 or int4.`);
  }
}

/** `shorthand build <checkpoint> <bundle>` */
export async function buildCommand(operands: readonly string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const [checkpoint, output] = operands;
  if (checkpoint === undefined || output === undefined || operands.length > 2) {
    throw new UsageError('build needs a checkpoint folder and a bundle folder.');
  }
  const block = Math.floor(numberFlag('block', flags.block, 128, 16));
  const manifest = await buildBundle({
    checkpointFolder: resolve(checkpoint),
    outputFolder: resolve(output),
    quantisation: { encoder: quantisationFlag('encoder', flags.encoder, block), decoder: quantisationFlag('decoder', flags.decoder, block) },
    licence: flags.licence ?? 'Apache-2.0',
    signal,
    onProgress: ({ step, bytes }) => terminal.progress(`${step}: ${grouped(bytes)} bytes`),
  });
  terminal.result(manifest);
  for (const file of manifest.files) {
    terminal.line(`${file.sha256.slice(0, 12)}  ${String(file.bytes).padStart(12)}  ${file.path}`);
  }
}
