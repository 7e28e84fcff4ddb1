import type { BundleManifest, CompressorSpec, PromptRoles } from '../../common/bundle';
import { ShorthandError } from '../../common/errors';

/** The special tokens of a decoder by role. Errors: `bundle-unsupported` for a decoder that was taught other prompts. */
export function promptRoles({ decoder }: BundleManifest): PromptRoles {
  if (decoder.prompt.kind !== 'roles') {
    throw new ShorthandError('bundle-unsupported', `Prompts of the kind "${decoder.prompt.kind}" are not supported.`);
  }
  return decoder.prompt;
}

/** Errors: `bundle-unsupported` for a bundle without a compressor. */
export function compressorOf({ id, compressor }: BundleManifest): CompressorSpec {
  if (compressor === undefined) {
    throw new ShorthandError('bundle-unsupported', `The bundle ${id} has no compressor.`);
  }
  return compressor;
}
