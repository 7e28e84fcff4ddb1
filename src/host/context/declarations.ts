import { enclosingBlock, type LineRange } from '../../common/enclosingBlock';

/** A named declaration in a text, with all of its lines. */
export interface Declaration {
  readonly name: string;
  readonly lines: LineRange;
}

const modifiers = String.raw`(?:(?:export|default|public|private|protected|internal|static|abstract|async|pub(?:\([^)]*\))?|final|sealed|override|inline|unsafe|declare|open|data)\s+)*`;
const kinds = String.raw`(?:class|interface|enum|struct|trait|type|function\*?|func(?:\s*\([^)]*\))?|fn|fun|def|module|namespace|object|record|union|impl|proc|sub)`;
const declared = new RegExp(String.raw`^\s*${modifiers}${kinds}\s+([\p{L}_$][\p{L}\p{N}_$]*)`, 'u');
/** Values count at the top of a file only: deeper ones are local. */
const topValue = new RegExp(String.raw`^${modifiers}(?:const|let|var|val|static)\s+(?:mut\s+)?([\p{L}_$][\p{L}\p{N}_$]*)`, 'u');

/** Finds declarations by how they are written in most languages, for files without a language service. */
export function findDeclarations(text: string): Declaration[] {
  const lines = text.split(/\r\n|\r|\n/);
  return lines.flatMap((line, index) => {
    const name = (declared.exec(line) ?? topValue.exec(line))?.[1];
    return name === undefined ? [] : [{ name, lines: enclosingBlock(lines, index + 1) }];
  });
}
