/** A rectangle in pixels. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Splits a rectangle into one for each weight, with areas in proportion to the weights and shapes near squares: the squarified treemap of
 * Bruls, Huizing and van Wijk (2000). Weights are positive, the greatest first.
 */
export function squarify(weights: readonly number[], within: Rect): readonly Rect[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0 || within.width <= 0 || within.height <= 0) {
    return weights.map(() => ({ ...within, width: 0, height: 0 }));
  }
  const scale = (within.width * within.height) / total;
  const rects: Rect[] = [];
  let rest = within;
  let start = 0;
  while (start < weights.length) {
    const side = Math.min(rest.width, rest.height);
    let end = start + 1;
    let area = (weights[start] ?? 0) * scale;
    const greatest = area;
    // A row takes one more as long as that makes its worst shape no worse.
    while (end < weights.length) {
      const next = (weights[end] ?? 0) * scale;
      if (worst(greatest, next, area + next, side) > worst(greatest, (weights[end - 1] ?? 0) * scale, area, side)) {
        break;
      }
      area += next;
      end++;
    }
    const row = layRow(weights.slice(start, end).map(weight => weight * scale), area, rest);
    rects.push(...row.rects);
    rest = row.rest;
    start = end;
  }
  return rects;
}

/** The greatest ratio of sides in a row of a given area along a side: that of its greatest or of its smallest rectangle. */
function worst(greatest: number, smallest: number, area: number, side: number): number {
  const squaredArea = area * area;
  const squaredSide = side * side;
  return Math.max((squaredSide * greatest) / squaredArea, squaredArea / (squaredSide * smallest));
}

/** Puts a row along the shorter side. */
function layRow(areas: readonly number[], area: number, within: Rect): { readonly rects: readonly Rect[]; readonly rest: Rect } {
  const upright = within.width >= within.height;
  const thickness = area / (upright ? within.height : within.width);
  let offset = 0;
  const rects = areas.map((part): Rect => {
    const length = part / thickness;
    const rect = upright
      ? { x: within.x, y: within.y + offset, width: thickness, height: length }
      : { x: within.x + offset, y: within.y, width: length, height: thickness };
    offset += length;
    return rect;
  });
  const rest = upright
    ? { ...within, x: within.x + thickness, width: Math.max(0, within.width - thickness) }
    : { ...within, y: within.y + thickness, height: Math.max(0, within.height - thickness) };
  return { rects, rest };
}
