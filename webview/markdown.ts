import DOMPurify from 'dompurify';
import { Marked } from 'marked';
import { answerTokens, codeBlocks } from '../src/common/answerMarkdown';
import type { Citation, CodeAction } from '../src/common/chatProtocol';
import { linkCitations } from './citationLinks';
import { dressCodeBlock } from './view/codeBlock';

const allowedTags = ['p', 'br', 'strong', 'em', 'del', 'code', 'pre', 'ul', 'ol', 'li', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'hr', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'span'];

const marked = new Marked({
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

/** What a finished answer offers; one under way has neither links nor buttons. */
export interface MarkdownOptions {
  readonly citations: readonly Citation[];
  readonly onOpen: (citation: Citation) => void;
  /** `index` counts the blocks of code from 0. */
  readonly onCode: (index: number, action: CodeAction) => void;
}

/** Turns what a model wrote into elements. It is untrusted: only plain text elements survive, and of attributes the first number of a list. */
export function renderMarkdown(text: string, options?: MarkdownOptions): DocumentFragment {
  const tokens = answerTokens(text);
  const fragment = DOMPurify.sanitize(marked.parser(tokens), { ALLOWED_TAGS: allowedTags, ALLOWED_ATTR: ['start'], ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true });
  if (options !== undefined) {
    linkCitations(fragment, options.citations, options.onOpen);
  }
  // HTML is escaped above, so that every `pre` is a block of code of the answer.
  const elements = fragment.querySelectorAll('pre');
  codeBlocks(tokens).forEach((block, index) => {
    const element = elements[index];
    if (element !== undefined) {
      dressCodeBlock(element, block, options && (action => options.onCode(index, action)));
    }
  });
  return fragment;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
