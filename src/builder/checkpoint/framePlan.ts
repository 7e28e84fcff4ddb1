import type { FrameSpec } from '../../common/bundle';

type Without<F> = Omit<F, 'specials'>;

/** What stands around slots, before it is in files. */
export type FramePlan = Without<Extract<FrameSpec, { readonly kind: 'arc' }>> | Without<Extract<FrameSpec, { readonly kind: 'pcc' }>>;

/** What `training/` teaches. */
export const trainedFrame = { kind: 'arc', recall: 'path-first' } as const satisfies FramePlan;
