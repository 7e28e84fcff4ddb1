import * as l10n from '@vscode/l10n';
import DOMPurify from 'dompurify';
import { Marked } from 'marked';
import { answerParts } from '../src/common/answerParts';
import { iconButton } from './components';
import { h } from './dom';

const allowedTags = ['p', 'br', 'strong', 'em', 'del', 'code', 'pre', 'ul', 'ol', 'li', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'hr', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'span'];

const marked = new Marked({ gfm: true, breaks: true });

marked.use({
  renderer: {
    // `Map<string>` outside a code span is prose about code, not HTML.
    html: ({ text }) => escapeHtml(text),
    // A model invents addresses: where a link leads is shown, but it leads nowhere.
    link({ tokens, href }) {
      return `<span>${this.parser.parseInline(tokens)} (${escapeHtml(href)})</span>`;
    },
    image: ({ text }) => escapeHtml(text),
    // The page's own headings are above these.
    heading({ tokens, depth }) {
      const level = Math.min(6, depth + 2);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
  },
});

/** Turns what a model wrote into elements. It is untrusted: only plain text elements without attributes survive. */
export function renderMarkdown(text: string, onCopy: (code: string) => void): DocumentFragment {
  const source = answerParts(text).map(part => part.source);
  const html = marked.parse(source.join('\n'), { async: false });
  const fragment = DOMPurify.sanitize(html, { ALLOWED_TAGS: allowedTags, ALLOWED_ATTR: [], ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true });
  for (const block of fragment.querySelectorAll('pre')) {
    wrapCodeBlock(block, onCopy);
  }
  return fragment;
}

function wrapCodeBlock(block: HTMLPreElement, onCopy: (code: string) => void): void {
  // A wide block scrolls; the keyboard needs a focus in it to do that.
  block.tabIndex = 0;
  block.setAttribute('role', 'group');
  block.setAttribute('aria-label', l10n.t("Code"));
  const copy = iconButton('copy', l10n.t("Copy code"), 'copy-code', () => onCopy(block.textContent));
  const wrapper = h('div', { class: 'code-block' }, h('div', { class: 'code-bar' }, copy));
  block.replaceWith(wrapper);
  wrapper.append(block);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
