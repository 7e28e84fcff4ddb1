import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { ShorthandError } from '../../common/errors';
import type { TensorSource } from '../safetensors/tensorSource';
import { TensorStore } from '../safetensors/tensorStore';
import { encoderConfigSchema, projectorConfigSchema } from './configs';
import { planDecoder, type DecoderPlan } from './decoders/decoderPlan';
import { decoderConfigSchema } from './decoders/families';
import { planEncoder, planProjector, type EncoderPlan, type ProjectorPlan } from './encoders/encoderPlan';

/** One network of a checkpoint: what its graph depends on, and its tensors open for streaming. Close the tensors after use. */
export interface Part<Plan> {
  readonly config: Plan;
  readonly tensors: TensorSource;
}

/** Reads `folder`/config.json and opens the tensors beside it. Errors: `bundle-missing`, `bundle-corrupt`, `bundle-unsupported`. */
export async function openDecoder(folder: string): Promise<Part<DecoderPlan>> {
  const config = await readConfig(join(folder, 'config.json'), decoderConfigSchema);
  const tensors = await TensorStore.open(folder);
  try {
    return { config: planDecoder(config, tensors), tensors };
  } catch (error) {
    await tensors.close();
    throw error;
  }
}

/** As `openDecoder`. */
export async function openEncoder(folder: string): Promise<Part<EncoderPlan>> {
  return { config: planEncoder(await readConfig(join(folder, 'config.json'), encoderConfigSchema)), tensors: await TensorStore.open(folder) };
}

/** As `openDecoder`. */
export async function openProjector(folder: string): Promise<Part<ProjectorPlan>> {
  return { config: planProjector(await readConfig(join(folder, 'config.json'), projectorConfigSchema)), tensors: await TensorStore.open(folder) };
}

/**
 * Reads and checks a JSON file. Errors: `bundle-missing`; `bundle-unsupported` when a value is a legitimate one for something else (another
 * architecture); `bundle-corrupt` otherwise.
 */
export async function readConfig<S extends v.GenericSchema>(file: string, schema: S): Promise<v.InferOutput<S>> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), await readText(file));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const where = v.getDotPath(issue);
    const foreign = issue.input !== undefined && ['literal', 'picklist', 'variant'].includes(issue.type);
    throw new ShorthandError(foreign ? 'bundle-unsupported' : 'bundle-corrupt', `${file}${where === null ? '' : `, "${where}"`}: ${issue.message}.`);
  }
  return parsed.output;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ShorthandError('bundle-missing', `${file} can't be read.`, { cause: error });
  }
}
