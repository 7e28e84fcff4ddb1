import type { Rect } from './squarify';

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * The rectangle that the eye would go to next in a direction: the nearest one that begins where the current one ends, the ones straight ahead
 * before those to the side. Returns its index, or undefined at the edge.
 */
export function neighbour(rects: readonly Rect[], from: number, direction: Direction): number | undefined {
  const current = rects[from];
  if (current === undefined) {
    return undefined;
  }
  let best: { readonly index: number; readonly cost: number } | undefined;
  rects.forEach((candidate, index) => {
    const cost = index === from ? undefined : costOf(current, candidate, direction);
    if (cost !== undefined && (best === undefined || cost < best.cost)) {
      best = { index, cost };
    }
  });
  return best?.index;
}

function costOf(from: Rect, to: Rect, direction: Direction): number | undefined {
  const along = direction === 'left' || direction === 'right' ? horizontal : vertical;
  const [fromSpan, toSpan] = [along(from), along(to)];
  const forward = direction === 'right' || direction === 'down';
  const distance = forward ? toSpan.start - fromSpan.end : fromSpan.start - toSpan.end;
  // Tiles beside each other may touch by a rounding error.
  if (distance < -1) {
    return undefined;
  }
  const across = along === horizontal ? vertical : horizontal;
  const [a, b] = [across(from), across(to)];
  const apart = Math.max(0, Math.max(a.start, b.start) - Math.min(a.end, b.end));
  const offCentre = Math.abs((a.start + a.end) / 2 - Math.min(Math.max((a.start + a.end) / 2, b.start), b.end));
  return Math.max(0, distance) + 4 * apart + 0.5 * offCentre;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function horizontal({ x, width }: Rect): Span {
  return { start: x, end: x + width };
}

function vertical({ y, height }: Rect): Span {
  return { start: y, end: y + height };
}
