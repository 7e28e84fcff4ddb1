import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { ChatState, MemoryState } from '../../src/common/chatProtocol';
import { button } from '../components';
import { h, renderInto } from '../dom';
import { formatCount } from '../strings';
import type { Actions } from './actions';

/** What the page shows before the first question: what this is, and the first step. */
export class EmptyState {
  readonly element = h('section', { class: 'empty', testId: 'empty', label: l10n.t("Getting started") });
  readonly #step = h('div', { class: 'first-step' });
  readonly #examples = h('div', { class: 'examples' });

  constructor(
    private readonly actions: Actions,
    onExample: (question: string) => void,
  ) {
    this.element.append(
      h('h2', {}, l10n.t("Ask about your code")),
      h('p', {}, l10n.t("Shorthand compresses your files to memory slots, so that a local model can read many of them at once. Nothing leaves this machine, and every answer lists what was read.")),
      this.#step,
      this.#examples,
    );
    this.#examples.append(h('h3', {}, l10n.t("For example")), ...exampleQuestions().map(question => exampleButton(question, onExample)));
  }

  update(state: ChatState): void {
    this.element.hidden = state.turns.length > 0;
    this.#examples.hidden = !state.workspaceOpen;
    const { workspaceOpen, memory } = state;
    renderInto(this.#step, JSON.stringify([workspaceOpen, memory]), () =>
      workspaceOpen
        ? memoryStep(memory, this.actions)
        : [h('p', {}, l10n.t("Open a folder to begin.")), button(l10n.t("Open Folder"), 'open-folder', () => this.actions.openFolder(), { icon: 'folder-opened' })],
    );
  }
}

function memoryStep(memory: MemoryState, actions: Actions): readonly HTMLElement[] {
  const compress = (label: string): HTMLElement => button(label, 'compress-workspace', () => actions.compressWorkspace(), { icon: 'layers' });
  switch (memory.kind) {
    case 'unknown':
      return [compress(l10n.t("Compress Workspace"))];
    case 'textAlone':
      return [h('p', { testId: 'memory' }, l10n.t("The chosen model has no compressor: it reads files as text, as many as fit."))];
    case 'compressing': {
      const { progress } = memory;
      const text = progress === undefined ? l10n.t("Compressing…") : l10n.t("Compressing: {0} of {1} files", formatCount(progress.filesDone), formatCount(progress.filesTotal));
      return [h('p', { testId: 'memory' }, text)];
    }
    case 'known': {
      const text = l10n.t("In memory: {0} files, {1} tokens as {2} slots.", formatCount(memory.files), formatCount(memory.tokens), formatCount(memory.slots));
      return [h('p', { testId: 'memory' }, text), compress(l10n.t("Compress Again"))];
    }
    default:
      return assertNever(memory);
  }
}

function exampleQuestions(): readonly string[] {
  return [l10n.t("What does this project do?"), l10n.t("Explain the open file."), l10n.t("Where is the configuration read?")];
}

function exampleButton(question: string, onExample: (question: string) => void): HTMLElement {
  const element = h('button', { class: 'link example', testId: 'example' }, question);
  element.type = 'button';
  element.addEventListener('click', () => onExample(question));
  return element;
}
