import { assertNever } from '../common/assertNever';
import type { ContextReport, Form } from '../common/context';
import { grouped, type Terminal } from './terminal';

/** Prints what is read of a workspace and what is not. `verb` leads each line: `read`, `would read`. */
export function printContext(context: ContextReport, verb: string, terminal: Terminal): void {
  for (const file of context.read) {
    terminal.line(
      `${verb} ${file.displayPath}:${file.firstLine}-${file.lastLine} as ${formText(file.form)} (${file.reason}): ` +
        `${grouped(file.tokens)} tokens in ${grouped(file.positions)} positions${file.partial ? ', in part' : ''}`,
    );
  }
  for (const file of context.leftOut) {
    terminal.line(`did not fit: ${file.displayPath} (${grouped(file.tokens)} tokens)`);
  }
  if (context.droppedTurns > 0) {
    terminal.line(`did not fit: the oldest ${grouped(context.droppedTurns)} questions`);
  }
}

function formText(form: Form): string {
  switch (form.kind) {
    case 'raw':
      return 'raw text';
    case 'skeleton':
      return 'a skeleton';
    case 'slots':
      return `slots ${form.ratio}x`;
    default:
      return assertNever(form);
  }
}
