import * as l10n from '@vscode/l10n';
import type { AnswerProgress } from '../../src/common/context';
import type { EngineState } from '../../src/common/engineState';
import { spinner } from '../components';
import { h, renderInto } from '../dom';
import { formatCount } from '../strings';
import { phaseText } from './progress';

/** Markdown is read as a whole with every change. Not more often than this, and with pauses of so many times what it took: a long answer must not keep the page busy. */
const renderMs = 100;
const pauses = 4;
/** A wait that is shorter needs no clock. */
const clockSeconds = 3;

/** An answer under way: its text so far and what the engine is doing. The spinner stays the same element, so that it turns evenly. */
export class RunningAnswer {
  readonly #text = h('div', { class: 'markdown', testId: 'answer' });
  readonly #phase = h('span');
  readonly #clock = h('span', { testId: 'elapsed' });
  readonly elements: readonly HTMLElement[] = [this.#text, h('div', { class: 'phase', testId: 'phase' }, spinner(), this.#phase, this.#clock)];
  #newest = '';
  #renderTimer: number | undefined;
  #renderTook = 0;
  #clockTimer: number | undefined;
  #started = 0;

  constructor(private readonly render: (text: string) => DocumentFragment) {}

  update(progress: AnswerProgress | undefined, elapsedMs: number, engine: EngineState): void {
    this.#newest = progress?.phase === 'writing' ? progress.text : '';
    this.#phase.textContent = phaseText(progress, engine);
    this.#started = performance.now() - elapsedMs;
    this.#tick();
    this.#clockTimer ??= window.setInterval(() => this.#tick(), 1000);
    this.#renderTimer ??= window.setTimeout(() => {
      this.#renderTimer = undefined;
      this.#show();
    }, Math.max(renderMs, pauses * this.#renderTook));
    if (this.#text.childElementCount === 0) {
      this.#show();
    }
  }

  /** Ends its timers. */
  dispose(): void {
    window.clearInterval(this.#clockTimer);
    window.clearTimeout(this.#renderTimer);
  }

  #show(): void {
    const text = this.#newest;
    const started = performance.now();
    renderInto(this.#text, text, () => [this.render(text)]);
    this.#renderTook = performance.now() - started;
  }

  #tick(): void {
    const seconds = Math.floor((performance.now() - this.#started) / 1000);
    this.#clock.textContent = seconds < clockSeconds ? '' : l10n.t("{0} s", formatCount(seconds));
  }
}
