import * as v from 'valibot';

/** Parts of the files in which models are described. */

/** Bytes. */
export const sizeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A path inside a model's folder, with '/': it leads nowhere else, on no system. */
export const relativePathSchema = v.pipe(
  v.string(),
  v.check(path => path !== '' && !path.startsWith('/') && !/^[A-Za-z]:|\\/.test(path) && !path.split('/').includes('..')),
);

export const fileHashSchema = v.object({ kind: v.picklist(['sha256', 'git-blob']), value: v.string() });
