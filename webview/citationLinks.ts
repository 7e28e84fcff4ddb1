import type { Citation } from '../src/common/chatProtocol';
import { fileReferences } from '../src/common/citations';
import { fileLink } from './components';

/** Makes links of the names of files that stand in a rendered answer; blocks of code stay as they are. */
export function linkCitations(root: DocumentFragment, citations: readonly Citation[], onOpen: (citation: Citation) => void): void {
  if (citations.length === 0) {
    return;
  }
  const known = new Map(citations.map(citation => [citation.text, citation]));
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, node => (node.parentElement?.closest('pre') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
  const nodes: Text[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node instanceof Text) {
      nodes.push(node);
    }
  }
  for (const node of nodes) {
    const parts = linkedParts(node.data, known, onOpen);
    if (parts.length > 1 || parts[0] instanceof HTMLElement) {
      node.replaceWith(...parts);
    }
  }
}

function linkedParts(text: string, known: ReadonlyMap<string, Citation>, onOpen: (citation: Citation) => void): readonly (string | HTMLElement)[] {
  const parts: (string | HTMLElement)[] = [];
  let end = 0;
  for (const reference of fileReferences(text)) {
    const citation = known.get(reference.text);
    if (citation !== undefined) {
      parts.push(text.slice(end, reference.start), fileLink(citation, 'citation', onOpen));
      end = reference.start + reference.text.length;
    }
  }
  return [...parts, text.slice(end)].filter(part => part !== '');
}
