import type { Log } from '../log';

/** How ONNX Runtime marks the severity of a line: `[W:onnxruntime:...]`. */
const severity = /\[([VIWEF]):onnxruntime/;

/** Writes a line of the engine's output to the log, at the level that it deserves: what a library chats is no warning. */
export function logEngineLine(log: Log, stream: 'stdout' | 'stderr', line: string): void {
  const text = `[engine] ${line}`;
  const [, mark] = severity.exec(line) ?? [];
  switch (mark) {
    case 'V':
    case 'I':
      log.debug(text);
      return;
    case 'W':
      log.warn(text);
      return;
    case 'E':
    case 'F':
      log.error(text);
      return;
    default:
      // The engine itself writes to its error stream, and only when something is wrong.
      if (stream === 'stderr') {
        log.warn(text);
      } else {
        log.debug(text);
      }
  }
}
