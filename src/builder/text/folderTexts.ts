import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { errorMessage, ShorthandError, systemErrorCode } from '../../common/errors';

/** The text of a file in a checkpoint's folder; undefined where there is none. Errors: `bundle-missing` when it can't be read. */
export async function optionalText(folder: string, name: string): Promise<string | undefined> {
  const file = join(folder, name);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw new ShorthandError('bundle-missing', `${file} can't be read: ${errorMessage(error)}`, { cause: error });
  }
}

/** The checked content of a JSON file; what the schema makes of `{}` where there is none. Errors: `bundle-missing`, `bundle-corrupt`. */
export async function optionalJson<S extends v.GenericSchema>(folder: string, name: string, schema: S): Promise<v.InferOutput<S>> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), (await optionalText(folder, name)) ?? '{}');
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new ShorthandError('bundle-corrupt', `${join(folder, name)}, ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`);
  }
  return parsed.output;
}
