import * as v from 'valibot';

/** A valibot schema whose output is `T`. */
export type Schema<T = unknown> = v.GenericSchema<unknown, T>;

/**
 * One call of a protocol. `progress` values are complete snapshots, never deltas: a receiver that missed some needs only the newest.
 */
export interface Method<P = unknown, S = unknown, R = unknown> {
  readonly params: Schema<P>;
  readonly progress: Schema<S>;
  readonly result: Schema<R>;
}

/** The calls that a server answers; both ends hold the same object. Raise `version` with every incompatible change. */
export interface Protocol {
  readonly name: string;
  readonly version: number;
  readonly methods: Readonly<Record<string, Method>>;
}

export type MethodName<T extends Protocol> = keyof T['methods'] & string;
export type ParamsOf<T extends Protocol, M extends MethodName<T>> = v.InferOutput<T['methods'][M]['params']>;
export type ProgressOf<T extends Protocol, M extends MethodName<T>> = v.InferOutput<T['methods'][M]['progress']>;
export type ResultOf<T extends Protocol, M extends MethodName<T>> = v.InferOutput<T['methods'][M]['result']>;

/** The schema of a method that reports no progress. */
export const noProgress = v.never();
/** The schema of parameters or results that carry nothing. */
export const nothing = v.undefined();
