const modifiers = '(?:export|default|declare|public|private|protected|internal|static|abstract|final|sealed|open|override|virtual|async|unsafe|extern|inline|constexpr|data|partial|pub(?:\\([^)]*\\))?)';
const keywords = 'class|interface|type|enum|struct|trait|impl|fn|func|fun|function|def|module|namespace|record|object|protocol|extension|union|typedef|package|template|macro_rules!';

const declaration = new RegExp(`^\\s*(?:${modifiers}\\s+)*(?:${keywords})\\b`);
const topLevelBinding = new RegExp(`^(?:${modifiers}\\s+)*(?:const|let|var|val)\\s+[\\w$]+`);
/** A function or method without a keyword: a name, parameters, and a body or its beginning. */
const callable = /^\s*(?:[\w$#<>[\],.*&:?@]+\s+)*[*&]*[\w$#:~]+\s*(?:<[^()]*>)?\([^;]*\)?[^;=]*\{\s*$/;
const statement = /^\s*(?:if|for|while|switch|catch|return|else|do|try|with|match|case|when|using|lock|synchronized|await|throw|new|elif|except|finally|unless|until|foreach|defer|go|select|yield|assert|print)\b/;
const heading = /^#{1,6}\s+\S/;
/** Declarations deeper than the members of a top-level type are details. Columns. */
const deepest = 8;
/** Longer lines declare nothing that a person would read. Characters. */
const longest = 300;

/**
 * Which lines of a source file declare something: types, functions, methods, bindings of the top level, headings of Markdown. From the lines alone, for
 * any language that marks its blocks with braces or indentation.
 *
 * @returns Indices, ascending.
 */
export function declarationLines(lines: readonly string[], fileName: string): readonly number[] {
  const isMarkdown = /\.(?:md|mdx|markdown|rst)$/i.test(fileName);
  return [...lines.keys()].filter(i => {
    const line = lines[i] ?? '';
    return isMarkdown ? heading.test(line) : isDeclaration(line);
  });
}

function isDeclaration(line: string): boolean {
  if (line.length > longest) {
    return false;
  }
  const depth = line.replaceAll('\t', '    ').search(/\S/);
  if (depth < 0 || depth > deepest || statement.test(line)) {
    return false;
  }
  return declaration.test(line) || (depth === 0 && topLevelBinding.test(line)) || callable.test(line);
}

/** A declaration without the beginning of its body: what `foo(a) {` and `def foo(a):` say. */
export function signature(line: string): string {
  return line.trimEnd().replace(/\s*(?:\{|=>\s*\{?|=\s*\{?|:)$/, '');
}
