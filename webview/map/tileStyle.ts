import { assertNever } from '../../src/common/assertNever';
import { fidelityBand } from '../../src/common/fidelity';
import type { Summary } from './summary';
import type { Colouring } from './viewState';

/** The class that colours a tile; its colours are in map.css. */
export function colourClass({ fidelity, ratio, state }: Summary, colouring: Colouring): string {
  switch (colouring) {
    case 'fidelity':
      return fidelity === undefined ? 'unknown' : `fidelity-${fidelityBand(fidelity)}`;
    case 'ratio':
      return ratio === undefined ? 'unknown' : `ratio-${ratio}`;
    case 'state':
      return `state-${state}`;
    default:
      return assertNever(colouring);
  }
}

/** The pattern over the colour, which tells the states apart for those who don't see colours. */
export function patternOf({ state }: Summary): 'hatch' | 'dots' | undefined {
  switch (state) {
    case 'compressed':
      return undefined;
    case 'stale':
      return 'dots';
    case 'none':
      return 'hatch';
    default:
      return assertNever(state);
  }
}
