import { ShorthandError } from '../../common/errors';
import type { TransformerShape } from '../graphs/layerParts';

/** The attention operator takes heads, and parts of heads that are rotated, in multiples of 16. Errors: `bundle-corrupt`, `bundle-unsupported`. */
export function checkedShape(part: string, shape: TransformerShape): TransformerShape {
  if (shape.heads % shape.kvHeads !== 0) {
    throw new ShorthandError('bundle-corrupt', `The ${part} has ${shape.heads} heads, which ${shape.kvHeads} key heads can't share evenly.`);
  }
  const rotated = shape.rotary?.size ?? 0;
  if (shape.headSize % 16 !== 0 || rotated % 16 !== 0) {
    throw new ShorthandError('bundle-unsupported', `The ${part}'s heads are ${shape.headSize} wide, ${rotated} of them rotated; multiples of 16 are needed.`);
  }
  return shape;
}
