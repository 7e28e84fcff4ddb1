import { assertNever } from '../common/assertNever';
import type { Answer, AnswerProgress } from '../common/context';
import { printContext } from './contextOutput';
import { grouped, seconds, type Terminal } from './terminal';

/** Prints an answer as it grows, then what was read for it. */
export class AnswerOutput {
  #printed = 0;

  constructor(private readonly terminal: Terminal) {}

  readonly progress = (state: AnswerProgress): void => {
    switch (state.phase) {
      case 'compressing':
        this.terminal.progress(`compressing ${state.filesDone}/${state.filesTotal} files`);
        return;
      case 'planning':
        this.terminal.progress('planning');
        return;
      case 'reading':
        this.terminal.progress(`reading ${grouped(state.positionsDone)}/${grouped(state.positionsTotal)} positions`);
        return;
      case 'writing':
        this.#print(state.text);
        return;
      default:
        assertNever(state);
    }
  };

  finish(answer: Answer): void {
    this.terminal.result(answer);
    this.#print(answer.text);
    const { context, timings } = answer;
    this.terminal.line('\n');
    printContext(context, 'read', this.terminal);
    this.terminal.line(
      `first token after ${seconds(timings.firstTokenMs)}, ${timings.tokensPerSecond.toFixed(1)} tokens/s, ` +
        `${grouped(context.promptPositions)} of ${grouped(context.budget)} positions, ${grouped(context.reusedPositions)} reused`,
    );
  }

  #print(text: string): void {
    this.terminal.stream(text.slice(this.#printed));
    this.#printed = Math.max(this.#printed, text.length);
  }
}
