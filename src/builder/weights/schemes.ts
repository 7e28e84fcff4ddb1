import type { Quantisation } from '../../common/bundle';
import { ShorthandError } from '../../common/errors';

/**
 * How the encoder's matrices are stored. `int8` has one scale per row of a matrix and quantises activations per position while it runs:
 * on long inputs about twice as fast as block-wise integers, and a window's slots don't depend on what shares its batch.
 */
export type EncoderQuantisation = { readonly kind: 'fp32' } | { readonly kind: 'fp16' } | { readonly kind: 'int8' } | { readonly kind: 'int4'; readonly block: number };

export interface BuildQuantisation {
  readonly encoder: EncoderQuantisation;
  readonly decoder: Quantisation;
}

/** How one product y = x W^T is computed. */
export type LinearScheme =
  | { readonly kind: 'float' }
  | { readonly kind: 'half' }
  | { readonly kind: 'blocks'; readonly bits: 8 | 4; readonly block: number }
  | { readonly kind: 'rows' };

/** The scheme of the encoder's layers. Errors: `bundle-unsupported`. */
export function encoderScheme(quantisation: EncoderQuantisation): LinearScheme {
  switch (quantisation.kind) {
    case 'fp32': return { kind: 'float' };
    case 'fp16': return { kind: 'half' };
    case 'int8': return { kind: 'rows' };
    case 'int4': return blockScheme(4, quantisation.block);
  }
}

/** The schemes of the decoder's layers and of its head, which stays at 8 bits where the layers have 4. Errors: `bundle-unsupported`. */
export function decoderSchemes(quantisation: Quantisation): { readonly layers: LinearScheme; readonly head: LinearScheme } {
  switch (quantisation.kind) {
    case 'fp32': return { layers: { kind: 'float' }, head: { kind: 'float' } };
    case 'fp16': return { layers: { kind: 'half' }, head: { kind: 'half' } };
    case 'int8': return { layers: blockScheme(8, quantisation.block), head: blockScheme(8, quantisation.block) };
    case 'int4': return { layers: blockScheme(4, quantisation.block), head: blockScheme(8, quantisation.block) };
  }
}

/** The operator takes powers of two from 16. */
function blockScheme(bits: 8 | 4, block: number): LinearScheme {
  if (block < 16 || !Number.isInteger(Math.log2(block))) {
    throw new ShorthandError('bundle-unsupported', `Blocks of ${block} inputs can't be computed with; a power of two from 16 is needed.`);
  }
  return { kind: 'blocks', bits, block };
}
