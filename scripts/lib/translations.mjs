import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/** @typedef {Readonly<Record<string, string>>} Texts */

const kinds = [
  { folder: inRoot(), original: 'package.nls.json', pattern: /^package\.nls\.([\w-]+)\.json$/ },
  { folder: inRoot('l10n'), original: 'bundle.l10n.json', pattern: /^bundle\.l10n\.([\w-]+)\.json$/ },
];

/** What is no language: placeholders, links to commands, names in backticks, the chat's address and icons. */
const unchanged = /\{\d+\}|\]\(command:[^)]*\)|`[^`]*`|@shorthand|\$\([\w~-]+\)/g;

/**
 * What is wrong with the translations: each has the keys of its original, a text for each, and in it all that VS Code or a user needs literally.
 *
 * @returns {string[]}
 */
export function translationProblems() {
  const titles = readTexts(inRoot('package.nls.json'));
  return kinds.flatMap(({ folder, original, pattern }) => {
    const originals = readTexts(path.join(folder, original));
    return fs.readdirSync(folder).flatMap(name => {
      const language = pattern.exec(name)?.[1];
      if (language === undefined) {
        return [];
      }
      const translated = readTexts(inRoot(`package.nls.${language}.json`));
      const problems = fileProblems(originals, readTexts(path.join(folder, name)), text => literals(text, titles, translated));
      return problems.map(problem => `${name}: ${problem}`);
    });
  });
}

/**
 * @param {Texts} originals
 * @param {Texts} translations
 * @param {(text: string) => string[]} literalsOf
 */
function fileProblems(originals, translations, literalsOf) {
  const superfluous = Object.keys(translations).filter(key => !(key in originals));
  return [
    ...superfluous.map(key => `superfluous: ${key}`),
    ...Object.entries(originals).flatMap(([key, text]) => {
      const translation = translations[key] ?? '';
      if (translation.trim() === '') {
        return [`not translated: ${key}`];
      }
      const lacking = literalsOf(text).filter(literal => !translation.includes(literal));
      const same = marks(text) === marks(translation);
      return [...lacking.map(literal => `lacks ${literal}: ${key}`), ...(same ? [] : [`other placeholders, links or names: ${key}`])];
    }),
  ];
}

/** @param {string} text */
function marks(text) {
  return (text.match(unchanged) ?? []).sort().join('\n');
}

/**
 * What stands in quotes is a name: of a setting or of one of VS Code's commands, which stay, or of a command of the extension, which has its translated title.
 *
 * @param {string} text
 * @param {Texts} titles
 * @param {Texts} translated
 */
function literals(text, titles, translated) {
  return [...text.matchAll(/"([^"{}]+)"/g)].flatMap(([, name = '']) => {
    const title = name.startsWith('Shorthand: ') ? name.slice('Shorthand: '.length) : undefined;
    return title === undefined ? [name] : [`${translated['command.category']}: ${translatedTitle(title, titles, translated)}`];
  });
}

/**
 * @param {string} title
 * @param {Texts} titles
 * @param {Texts} translated
 */
function translatedTitle(title, titles, translated) {
  const key = Object.keys(titles).find(candidate => /^command\..+\.title$/.test(candidate) && plain(titles[candidate]) === title);
  return key === undefined ? `a command "${title}"` : plain(translated[key]);
}

/** The title as texts name it, without the dots that announce a question. */
function plain(title = '') {
  return title.replace(/\.\.\.$/, '');
}

/**
 * @param {string} file
 * @returns {Texts}
 */
function readTexts(file) {
  /** @type {Texts} */
  const texts = JSON.parse(fs.readFileSync(file, 'utf8'));
  return texts;
}
