/** Where each line of a text begins, in UTF-16 units, with the end of the text as the last element. Lines end with LF, CRLF or CR, as in the editor. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  const breaks = /\r\n|\n|\r/g;
  while (breaks.exec(text) !== null) {
    starts.push(breaks.lastIndex);
  }
  if (starts.at(-1) !== text.length) {
    starts.push(text.length);
  }
  return starts;
}
