import * as v from 'valibot';
import { bundleManifestSchema, type BundleManifest } from '../../common/bundle';
import { errorMessage, ShorthandError } from '../../common/errors';

/**
 * Reads the text of a `bundle.json`. `file` is its path, for messages.
 * Errors: `bundle-unsupported` when the manifest is of another format or names something that this engine doesn't know,
 * `bundle-corrupt` for everything else that is wrong with it.
 */
export function parseManifest(text: string, file: string): BundleManifest {
  const result = v.safeParse(bundleManifestSchema, parseJson(text, file));
  if (!result.success) {
    const where = result.issues.map(issue => `${v.getDotPath(issue) ?? 'the manifest'}: ${issue.message}`).join('; ');
    throw new ShorthandError(isOfAnotherKind(result.issues) ? 'bundle-unsupported' : 'bundle-corrupt', `${file} is not accepted: ${where}`);
  }
  requireListedFiles(result.output, file);
  requireMatchingParts(result.output, file);
  return result.output;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ShorthandError('bundle-corrupt', `${file} is not JSON: ${errorMessage(error)}`, { cause: error });
  }
}

/** True when a value is present but not one of the known choices: a newer format, encoder kind, architecture or ratio. */
function isOfAnotherKind(issues: readonly v.BaseIssue<unknown>[]): boolean {
  return issues.some(({ type, input }) => ['literal', 'variant', 'picklist'].includes(type) && (typeof input === 'string' || typeof input === 'number'));
}

/** Every file that gets loaded must have a hash to compare it with. */
function requireListedFiles({ tokenizer, encoder, projectors, decoder, files }: BundleManifest, file: string): void {
  const listed = new Set(files.map(entry => entry.path));
  if (listed.size !== files.length) {
    throw new ShorthandError('bundle-corrupt', `${file} lists a file twice.`);
  }
  const needed = [tokenizer, encoder.graph, encoder.specials, decoder.graph, decoder.embeddings, ...projectors.map(projector => projector.graph)];
  const missing = needed.find(name => !listed.has(name));
  if (missing !== undefined) {
    throw new ShorthandError('bundle-corrupt', `${file} gives no size and hash for ${missing}.`);
  }
}

/** The parts must fit together; a bundle that was put together from different ones is refused before its shapes fail somewhere deep. */
function requireMatchingParts({ encoder, projectors, decoder, files }: BundleManifest, file: string): void {
  const projector = projectors.find(candidate => candidate.decoder === decoder.id);
  const bytes = new Map(files.map(entry => [entry.path, entry.bytes]));
  const checks: readonly (readonly [ok: boolean, text: string])[] = [
    [projector !== undefined, `it has no projector for its decoder ${decoder.id}`],
    [projector?.inWidth === encoder.width, `the projector doesn't take the encoder's width ${encoder.width}`],
    [projector?.outWidth === decoder.width, `the projector doesn't give the decoder's width ${decoder.width}`],
    [bytes.get(decoder.embeddings) === decoder.vocabulary * decoder.width * 2, `${decoder.embeddings} is not float16 [${decoder.vocabulary}, ${decoder.width}]`],
    [bytes.get(encoder.specials) === encoder.width * 2 * 4, `${encoder.specials} is not float32 [2, ${encoder.width}]`],
    [encoder.ratios.length > 0, 'the encoder has no ratios'],
    [
      encoder.kind === 'arc' || encoder.ratios.every(ratio => encoder.window / ratio <= encoder.maxMemoryTokens),
      'the encoder has fewer memory tokens than a window needs',
    ],
  ];
  const failed = checks.find(([ok]) => !ok);
  if (failed) {
    throw new ShorthandError('bundle-corrupt', `${file} contradicts itself: ${failed[1]}.`);
  }
}
