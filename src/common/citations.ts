import type { Citation } from './chatProtocol';

/** A name of a file in a text, with the lines that are named with it. */
export interface FileReference {
  /** As it stands in the text, from `start` on. */
  readonly text: string;
  readonly start: number;
  readonly name: string;
  readonly firstLine?: number;
  readonly lastLine?: number;
}

/** What is known of a file that an answer read. */
interface KnownFile {
  readonly path: string;
  readonly displayPath: string;
  readonly firstLine?: number;
}

/** `a/b.ts`, `b.ts:12`, `b.ts:12-20`, `b.ts#L12-L20`. */
const reference = /(?<![\w@./\\-])((?:[\w@.+-]+[\\/])*[\w@.+-]*\w\.[A-Za-z]\w{0,9})(?:(?::|#L)(\d{1,6})(?:[-\u2013]L?(\d{1,6}))?)?(?![\w\\/])/g;

/** The names of files in a text. */
export function fileReferences(text: string): readonly FileReference[] {
  return [...text.matchAll(reference)].map(match => {
    const [whole, name = '', first, last] = match;
    const firstLine = Math.max(1, Number(first ?? 0));
    return {
      text: whole,
      start: match.index,
      name,
      ...(first === undefined ? {} : { firstLine }),
      ...(last === undefined ? {} : { lastLine: Math.max(firstLine, Number(last)) }),
    };
  });
}

/** The names in an answer's text that stand for one of its files, each once. A name that could be two files is none of them. */
export function findCitations(text: string, files: readonly KnownFile[]): readonly Citation[] {
  const found = new Map<string, Citation>();
  for (const { text: name, name: path, firstLine, lastLine } of fileReferences(text)) {
    const file = found.has(name) ? undefined : fileNamed(path, files);
    if (file !== undefined) {
      found.set(name, { text: name, path: file.path, firstLine: firstLine ?? Math.max(1, file.firstLine ?? 1), ...(lastLine === undefined ? {} : { lastLine }) });
    }
  }
  return [...found.values()];
}

function fileNamed(name: string, files: readonly KnownFile[]): KnownFile | undefined {
  const wanted = name.replaceAll('\\', '/').replace(/^\.\//, '');
  const exact = files.find(file => file.displayPath === wanted);
  if (exact !== undefined) {
    return exact;
  }
  const ends = files.filter(file => file.displayPath.endsWith(`/${wanted}`));
  return new Set(ends.map(file => file.path)).size === 1 ? ends[0] : undefined;
}
