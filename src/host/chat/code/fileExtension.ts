import path from 'node:path';

/** File name extensions of the names that fences give languages, where the two differ. */
const extensions: Readonly<Record<string, string>> = {
  bash: 'sh',
  csharp: 'cs',
  docker: 'dockerfile',
  golang: 'go',
  javascript: 'js',
  kotlin: 'kt',
  markdown: 'md',
  python: 'py',
  ruby: 'rb',
  rust: 'rs',
  shell: 'sh',
  text: 'txt',
  typescript: 'ts',
  yml: 'yaml',
};

/** The extension for a block of code, with its dot: that of its language, or else that of the file beside it. */
export function fileExtension(language: string, beside?: string): string {
  if (/^[a-z]\w{0,9}$/.test(language)) {
    return `.${extensions[language] ?? language}`;
  }
  const same = beside === undefined ? '' : path.posix.extname(beside);
  return same === '' ? '.txt' : same;
}
