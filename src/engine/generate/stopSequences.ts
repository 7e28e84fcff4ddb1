/** What may be shown of a text under way. */
export interface StoppedText {
  /** The text before a stop sequence, without an ending that may yet become one. */
  readonly visible: string;
  readonly stopped: boolean;
}

/** Cuts a growing text at the first stop sequence. The sequence itself is not shown, nor is the part of one that is still incomplete. */
export function applyStopSequences(text: string, stops: readonly string[]): StoppedText {
  const sequences = stops.filter(stop => stop !== '');
  const found = sequences.map(stop => text.indexOf(stop)).filter(index => index >= 0);
  if (found.length > 0) {
    return { visible: text.slice(0, Math.min(...found)), stopped: true };
  }
  const held = Math.max(0, ...sequences.map(stop => heldBack(text, stop)));
  return { visible: text.slice(0, text.length - held), stopped: false };
}

/** Length of the longest ending of `text` that `stop` begins with. */
function heldBack(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) {
      return length;
    }
  }
  return 0;
}
