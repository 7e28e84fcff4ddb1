import { answerParts, fenced } from '../../common/answerParts';

/**
 * What a model wrote as Markdown that shows it as it is: links, images, commands, HTML and icons in it stay letters. `appendText` of
 * `MarkdownString` does that too, but its hard spaces keep long lines from breaking between words, and code loses its layout.
 */
export function plainMarkdown(text: string): string {
  return answerParts(text.trim())
    .map(part => (part.kind === 'code' ? fenced(part.text, 'plaintext') : escapeMarkdown(part.text.trim())))
    .filter(part => part !== '')
    .join('\n\n');
}

/** Escapes every punctuation mark: addresses, too, become links in VS Code unless their colons and full stops are escaped. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[!-/:-@[-`{-~]/g, mark => (mark === '&' ? '&amp;' : mark === '<' ? '&lt;' : `\\${mark}`))
    // Leading spaces would make code of a line.
    .replace(/^[ \t]+/gm, '')
    .replace(/([^\n])\n(?=[^\n])/g, '$1\\\n');
}
