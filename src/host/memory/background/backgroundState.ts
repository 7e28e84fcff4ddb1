/** Why the background does nothing, however much there may be to do. `unused`: nothing was asked of Shorthand in this workspace yet. `textAlone`: the model has no compressor. */
export type Hold = 'off' | 'textAlone' | 'unused' | 'paused' | 'onBattery' | 'engineFailed';

/** What the background does. */
export type BackgroundState =
  | { readonly kind: Hold }
  /** Nothing to do, or not yet. */
  | { readonly kind: 'waiting' }
  /** `filesLeft` counts the files under way, too. */
  | { readonly kind: 'compressing'; readonly filesLeft: number }
  | { readonly kind: 'measuring'; readonly filesLeft: number };
