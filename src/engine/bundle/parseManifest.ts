import * as v from 'valibot';
import { bundleManifestSchema, slotCodeFiles, tokenizerFiles, type BundleManifest, type CompressorSpec, type DecoderSpec, type EncoderSpec, type ProjectorSpec } from '../../common/bundle';
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

/** True when a value is present but not one of the known choices: a newer format, another kind of a part, architecture or ratio. */
function isOfAnotherKind(issues: readonly v.BaseIssue<unknown>[]): boolean {
  return issues.some(({ type, input }) => ['literal', 'variant', 'picklist'].includes(type) && (typeof input === 'string' || typeof input === 'number'));
}

/** Every file that gets loaded must have a hash to compare it with. */
function requireListedFiles(manifest: BundleManifest, file: string): void {
  const listed = new Set(manifest.files.map(entry => entry.path));
  if (listed.size !== manifest.files.length) {
    throw new ShorthandError('bundle-corrupt', `${file} lists a file twice.`);
  }
  const missing = neededFiles(manifest).find(name => !listed.has(name));
  if (missing !== undefined) {
    throw new ShorthandError('bundle-corrupt', `${file} gives no size and hash for ${missing}.`);
  }
}

function neededFiles({ decoder, compressor }: BundleManifest): readonly string[] {
  return [
    decoder.graph,
    decoder.embeddings,
    ...tokenizerFiles(decoder.tokenizer),
    ...(decoder.prompt.kind === 'chat' ? [decoder.prompt.template] : []),
    ...(compressor === undefined ? [] : [...tokenizerFiles(compressor.tokenizer), compressor.encoder.graph, ...slotCodeFiles(compressor.encoder)]),
    ...(compressor?.projectors.flatMap(({ graph, frame }) => [graph, frame.specials]) ?? []),
  ];
}

type Check = readonly [ok: boolean, text: string];

/** The parts must fit together; a bundle that was put together from different ones is refused before its shapes fail somewhere deep. */
function requireMatchingParts({ decoder, compressor, files }: BundleManifest, file: string): void {
  const bytes = new Map(files.map(entry => [entry.path, entry.bytes]));
  const checks: readonly Check[] = [
    [bytes.get(decoder.embeddings) === decoder.vocabulary * decoder.width * 2, `${decoder.embeddings} is not float16 [${decoder.vocabulary}, ${decoder.width}]`],
    ...(compressor === undefined ? [] : compressorChecks(compressor, decoder, bytes)),
  ];
  const failed = checks.find(([ok]) => !ok);
  if (failed) {
    throw new ShorthandError('bundle-corrupt', `${file} contradicts itself: ${failed[1]}.`);
  }
}

function compressorChecks({ encoder, projectors }: CompressorSpec, decoder: DecoderSpec, bytes: ReadonlyMap<string, number>): readonly Check[] {
  const projector = projectors.find(candidate => candidate.decoder === decoder.id);
  return [
    [projector !== undefined, `it has no projector for its decoder ${decoder.id}`],
    [projector?.outWidth === decoder.width, `the projector doesn't give the decoder's width ${decoder.width}`],
    ...projectors.flatMap((candidate): Check[] => [
      [candidate.inWidth === encoder.width, `the projector doesn't take the encoder's width ${encoder.width}`],
      specialsCheck(candidate, bytes.get(candidate.frame.specials)),
    ]),
    [encoder.ratios.length > 0, 'the encoder has no ratios'],
    tableCheck(encoder, bytes),
    [encoder.kind === 'arc' || encoder.ratios.every(ratio => encoder.window / ratio <= encoder.maxMemoryTokens), 'the encoder has fewer memory tokens than a window needs'],
    [encoder.kind === 'arc' || encoder.memory === 'first' || encoder.ratios.every(ratio => (ratio * encoder.maxMemoryTokens) % encoder.window === 0), 'the memory tokens stand for no whole places of a window'],
  ];
}

function tableCheck({ slotCode }: EncoderSpec, bytes: ReadonlyMap<string, number>): Check {
  if (slotCode === undefined) {
    return [true, ''];
  }
  const { table, parts, centroids, partWidth } = slotCode;
  return [bytes.get(table) === parts * centroids * partWidth * 2, `${table} is not float16 [${parts}, ${centroids}, ${partWidth}]`];
}

function specialsCheck({ frame, inWidth, outWidth }: ProjectorSpec, bytes: number | undefined): Check {
  const [rows, width] = frame.kind === 'arc' ? [2, inWidth] : [3, outWidth];
  return [bytes === rows * width * Float32Array.BYTES_PER_ELEMENT, `${frame.specials} is not float32 [${rows}, ${width}]`];
}
