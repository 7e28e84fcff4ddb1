const context = document.createElement('canvas').getContext('2d');
const widths = new Map<string, number>();

/** Cuts a text to a width in pixels, with an ellipsis; empty where not even a few letters fit. SVG can't do it by itself. */
export function fitText(text: string, width: number, font: string): string {
  if (widthOf(text, font) <= width) {
    return text;
  }
  let [low, high] = [0, text.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (widthOf(`${text.slice(0, middle)}\u2026`, font) <= width) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low < 3 ? '' : `${text.slice(0, low)}\u2026`;
}

function widthOf(text: string, font: string): number {
  const key = `${font}\0${text}`;
  let width = widths.get(key);
  if (width === undefined && context !== null) {
    // A long life with many files must not fill the memory.
    if (widths.size > 20_000) {
      widths.clear();
    }
    context.font = font;
    width = context.measureText(text).width;
    widths.set(key, width);
  }
  return width ?? text.length * 7;
}
