import * as v from 'valibot';

/**
 * What the process of a probe tells. A provider that works was `speed` times as fast as the CPU and may read `chunk` positions in one run; or
 * how it failed.
 */
export const probeAnswerSchema = v.variant('kind', [
  v.object({ kind: v.literal('works'), speed: v.number(), chunk: v.number() }),
  v.object({ kind: v.literal('wrong-result'), relativeError: v.number() }),
  v.object({ kind: v.literal('error'), message: v.string() }),
]);

export type ProbeAnswer = v.InferOutput<typeof probeAnswerSchema>;
