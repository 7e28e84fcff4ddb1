import DOMPurify from 'dompurify';
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

const languages = { bash, c, cpp, csharp, css, diff, go, ini, java, javascript, json, kotlin, markdown, php, python, ruby, rust, sql, swift, typescript, xml, yaml };

for (const [name, language] of Object.entries(languages)) {
  hljs.registerLanguage(name, language);
}

/** Code beyond this is shown plain: colouring it would hold up the page. */
const maxLength = 20_000;
/** What a block without a language is held against: each costs time, and the more there are, the more often the guess is wrong. */
const guessed = ['typescript', 'python', 'go', 'rust', 'java', 'cpp', 'bash', 'json'];

/**
 * Code with its words in spans of classes. A webview gets no colours of tokens from VS Code, so that a highlighter of its own finds them; the
 * style sheet gives them the theme's colours. Undefined when the code is best shown as it is.
 */
export function highlighted(code: string, language: string): DocumentFragment | undefined {
  if (code.length > maxLength || (language !== '' && hljs.getLanguage(language) === undefined)) {
    return undefined;
  }
  const { value } = language === '' ? hljs.highlightAuto(code, guessed) : hljs.highlight(code, { language, ignoreIllegals: true });
  return DOMPurify.sanitize(value, { ALLOWED_TAGS: ['span'], ALLOWED_ATTR: ['class'], ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true });
}
