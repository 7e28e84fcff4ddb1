import type { PlannedSegment } from '../../../../src/engine/plan/segments';

/** How many positions two prompts share from their beginning, however they are cut into segments: what a KV cache can keep. */
export function sharedPositions(one: readonly PlannedSegment[], other: readonly PlannedSegment[]): number {
  const others = positionsOf(other);
  let shared = 0;
  for (const position of positionsOf(one)) {
    const next = others.next();
    if (next.done === true || next.value !== position) {
      break;
    }
    shared++;
  }
  return shared;
}

/** What stands at each position: equal values mean equal input. */
function* positionsOf(segments: readonly PlannedSegment[]): Generator<number | string, void, undefined> {
  for (const segment of segments) {
    switch (segment.kind) {
      case 'tokens':
        yield* segment.tokens;
        break;
      case 'slots':
        for (let i = 0; i < segment.count; i++) {
          yield `${segment.windowHash}:${segment.ratio}:${segment.count}:${i}`;
        }
        break;
      case 'special':
        yield segment.name;
        break;
    }
  }
}
