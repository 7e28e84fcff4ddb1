import { join, resolve } from 'node:path';
import { addModel } from '../../builder/addModel/addModel';
import { isThere } from '../../builder/checkpoint/isThere';
import { defaultBlock, weightTypes, type AddModelParams, type CompressorSource, type WeightType } from '../../common/builderProtocol';
import { listModels } from '../../models/store/installedModel';
import { numberFlag, ratioFlag, type Flags } from '../flags';
import { megabytes, type Terminal } from '../terminal';
import { UsageError } from '../usage';
import { fetchCheckpoints, type WantedCheckpoint } from './fetchCheckpoints';

/** `shorthand models add <folder or owner/name>`: makes a bundle of a published decoder. What an interrupted run has written is gone on with. */
export async function addModelAction(root: string, decoder: string, flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const settings = readFlags(flags);
  const locate = locator(root, flags, terminal, signal);
  const { compressor, base } = flags;
  const [decoderFolder = '', compressorFolder] = await locate([{ id: decoder, part: 'all' }, ...(compressor === undefined ? [] : [{ id: compressor, part: 'all' as const }])]);
  // Only an adapter needs its base model's weights; else the base says how the encoder reads text.
  const part = compressorFolder !== undefined && (await isThere(join(compressorFolder, 'adapter_config.json'))) ? 'all' : 'tokenizer';
  const [baseFolder] = base === undefined ? [] : await locate([{ id: base, part }]);
  const added = await addModel(
    {
      modelsRoot: root,
      decoderFolder,
      ...settings.model,
      ...(compressorFolder !== undefined && { compressor: { folder: compressorFolder, ...(baseFolder !== undefined && { baseFolder }), ...settings.compressor } }),
    },
    { signal, onProgress: ({ step, done, total }) => terminal.progress(total === 0 ? `${step} ...` : `${step}: ${megabytes(done)} of ${megabytes(total)}`) },
  );
  terminal.result(added);
  terminal.line(`${added.id} ${added.existed ? 'was already' : 'is'} in ${added.folder} (${megabytes(added.bytes)}, licence: ${added.licence}).`);
  if (added.compressor === 'none') {
    terminal.line('It has no compressor: it reads the files that fit as raw text.');
  }
  terminal.line(`Ask it: shorthand ask --model ${added.id} "..."`);
}

interface AddFlags {
  readonly model: Pick<AddModelParams, 'decoderWeights' | 'encoderWeights' | 'block' | 'id' | 'licence'>;
  readonly compressor: Pick<CompressorSource, 'bridge' | 'ratio' | 'window'>;
}

/** @throws {UsageError} */
function readFlags(flags: Flags): AddFlags {
  const { compressor, name, licence } = flags;
  const alone = (['base', 'bridge', 'ratio', 'window'] as const).find(option => compressor === undefined && flags[option] !== undefined);
  if (alone !== undefined) {
    throw new UsageError(`--${alone} is of a compressor: give one with --compressor.`);
  }
  return {
    model: {
      decoderWeights: weightFlag('decoder', flags.decoder),
      encoderWeights: weightFlag('encoder', flags.encoder),
      block: Math.floor(numberFlag('block', flags.block, defaultBlock, 16)),
      ...(name !== undefined && { id: name }),
      ...(licence !== undefined && { licence }),
    },
    compressor: {
      bridge: Math.floor(numberFlag('bridge', flags.bridge, 0, 0)),
      ...(flags.ratio !== undefined && { ratio: ratioFlag(flags) }),
      ...(flags.window !== undefined && { window: Math.floor(numberFlag('window', flags.window, 0, 1)) }),
    },
  };
}

function weightFlag(name: string, value = 'int8'): WeightType {
  const type = weightTypes.find(known => known === value);
  if (type === undefined) {
    throw new UsageError(`--${name} takes ${weightTypes.join(', ')}.`);
  }
  return type;
}

/** Finds the folders of checkpoints: a folder itself, a repository that was fetched before, or one that is fetched now. */
function locator(root: string, flags: Flags, terminal: Terminal, signal: AbortSignal): (wanted: readonly WantedCheckpoint[]) => Promise<readonly string[]> {
  return async wanted => {
    const known = await Promise.all(wanted.map(checkpoint => localFolder(root, checkpoint)));
    const missing = wanted.filter((_, i) => known[i] === undefined);
    const fetched = missing.length === 0 ? [] : await fetchCheckpoints(root, missing, flags, terminal, signal);
    const folders = new Map(missing.map((checkpoint, i) => [checkpoint, fetched[i]?.folder ?? '']));
    return wanted.map((checkpoint, i) => known[i] ?? folders.get(checkpoint) ?? '');
  };
}

/** @throws {UsageError} for what is neither a folder nor could be fetched. */
async function localFolder(root: string, { id, part }: WantedCheckpoint): Promise<string | undefined> {
  if (await isThere(id)) {
    return resolve(id);
  }
  if (!/^[\w.-]+\/[\w.-]+$/.test(id)) {
    throw new UsageError(`${id} is neither a folder nor a repository's owner/name.`);
  }
  const models = (await listModels(root)).filter(model => model.id === id);
  return models.find(({ files }) => part === 'tokenizer' || files.some(({ path }) => path.endsWith('.safetensors')))?.folder;
}
