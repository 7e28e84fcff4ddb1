import { marked } from 'marked';
import { expect, test } from 'vitest';
import { escapeMarkdown, plainMarkdown } from '../../../src/host/hover/plainMarkdown';

function rendered(text: string): string {
  return marked.parse(plainMarkdown(text), { async: false, gfm: true });
}

/** What a reader sees of HTML that holds paragraphs and code only. */
function seen(html: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': '\'' };
  return html.replace(/<br>/g, '\n').replace(/<\/?(?:p|pre|code(?: class="language-plaintext")?)>/g, '').replace(/&(lt|gt|amp|quot|#39);/g, (_, name: string) => named[name] ?? '').trim();
}

test.each([
  '[run](command:workbench.action.quit) ![x](https://example.com/x.png) <img src=x onerror=y> &lt; &amp;',
  'https://example.com www.example.com me@example.com <https://example.com>',
  '*a* _b_ ~~c~~ `d` **e** \\f | g # h $(trash) $(sync~spin)',
  '# one\ntwo\n===\n- three\n1. four\n> five\n---',
  'a long answer with ordinary spaces,  two of them at one place',
])('%j is shown as it is', text => {
  const html = rendered(text);
  expect(html).not.toMatch(/<(?!br>|\/?(?:p|pre|code(?: class="language-plaintext")?)>)/);
  expect(seen(html).replaceAll('\n\n', '\n')).toBe(text);
  expect(html).not.toContain('nbsp');
});

test('code keeps its layout and cannot leave its block', () => {
  const text = 'function f() {\n    // ```\n    return [x](command:y);\n}';
  expect(plainMarkdown(text)).toBe(`\`\`\`\`plaintext\n${text}\n\`\`\`\``);
  expect(seen(rendered(text))).toBe(text);
  expect(rendered(text)).not.toContain('<a');
});

test('paragraphs and lines stay apart', () => {
  expect(escapeMarkdown('one\ntwo\n\nthree')).toBe('one\\\ntwo\n\nthree');
});
