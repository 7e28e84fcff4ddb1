import type { AnswerProgress } from '../../src/common/context';
import type { EngineState } from '../../src/common/engineState';
import { spinner } from '../components';
import { h, renderInto } from '../dom';
import { phaseText } from './progress';

/** An answer under way: its text so far and what the engine is doing. The spinner stays the same element, so that it turns evenly. */
export class RunningAnswer {
  readonly #text = h('div', { class: 'markdown', testId: 'answer' });
  readonly #phase = h('span');
  readonly elements: readonly HTMLElement[] = [this.#text, h('div', { class: 'phase', testId: 'phase' }, spinner(), this.#phase)];

  constructor(private readonly render: (text: string) => DocumentFragment) {}

  update(progress: AnswerProgress | undefined, engine: EngineState): void {
    const text = progress?.phase === 'writing' ? progress.text : '';
    renderInto(this.#text, text, () => [this.render(text)]);
    this.#phase.textContent = phaseText(progress, engine);
  }
}
