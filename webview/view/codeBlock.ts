import * as l10n from '@vscode/l10n';
import type { CodeBlock } from '../../src/common/answerMarkdown';
import { codeActions, type CodeAction } from '../../src/common/chatProtocol';
import { assertNever } from '../../src/common/assertNever';
import { iconButton } from '../components';
import { h } from '../dom';
import { highlighted } from '../highlight';

/** Dresses a rendered block of code: its colours, its language and, when the answer is finished, what can be done with it. */
export function dressCodeBlock(element: HTMLPreElement, { language, text }: CodeBlock, onAction?: (action: CodeAction) => void): void {
  // A wide block scrolls; the keyboard needs a focus in it to do that.
  element.tabIndex = 0;
  element.setAttribute('role', 'group');
  element.setAttribute('aria-label', language === '' ? l10n.t("Code") : l10n.t("Code in {0}", language));
  const colours = highlighted(text, language);
  if (colours !== undefined) {
    element.querySelector('code')?.replaceChildren(colours);
  }
  const buttons = onAction === undefined ? [] : codeActions.map(action => iconButton(icons[action], label(action), `${action}-code`, () => onAction(action)));
  const wrapper = h('div', { class: 'code-block' }, h('div', { class: 'code-bar' }, h('span', { class: 'code-language' }, language), ...buttons));
  element.replaceWith(wrapper);
  wrapper.append(element);
}

const icons: Readonly<Record<CodeAction, string>> = { copy: 'copy', insert: 'insert', create: 'new-file', apply: 'diff' };

function label(action: CodeAction): string {
  switch (action) {
    case 'copy':
      return l10n.t("Copy code");
    case 'insert':
      return l10n.t("Insert at cursor");
    case 'create':
      return l10n.t("Create a file of it");
    case 'apply':
      return l10n.t("Apply to the open file: compare first");
    default:
      return assertNever(action);
  }
}
