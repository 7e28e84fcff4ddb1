/** The kinds of data that VS Code gives a dragged file, the most exact first. */
const kinds = ['application/vnd.code.uri-list', 'text/uri-list', 'resourceurls'] as const;

/** The most lines of a paste that are looked at as paths. */
const maxLines = 50;

/**
 * Lets files be dropped on an element. VS Code passes a drag to a webview only while Shift is held. The class `dropping` is set while files
 * are over the element.
 */
export function acceptDrops(element: HTMLElement, onDrop: (paths: readonly string[]) => void): void {
  const leave = (): void => element.classList.remove('dropping');
  element.addEventListener('dragover', event => {
    if (hasFiles(event.dataTransfer)) {
      event.preventDefault();
      element.classList.add('dropping');
    }
  });
  element.addEventListener('dragleave', event => {
    if (!(event.relatedTarget instanceof Node && element.contains(event.relatedTarget))) {
      leave();
    }
  });
  element.addEventListener('drop', event => {
    leave();
    if (hasFiles(event.dataTransfer)) {
      event.preventDefault();
      onDrop(droppedPaths(event.dataTransfer));
    }
  });
}

/** The lines of a pasted text, when each of them could be a path. The host knows which are. */
export function pastedPaths(data: DataTransfer | null): readonly string[] {
  const lines = linesOf(data?.getData('text/uri-list') ?? '').concat(linesOf(data?.getData('text/plain') ?? ''));
  const unique = [...new Set(lines)];
  return unique.length <= maxLines && unique.every(line => line.length < 1000 && /[\\/.]/.test(line) && !/^https?:/i.test(line)) ? unique : [];
}

function hasFiles(data: DataTransfer | null): data is DataTransfer {
  return data !== null && (kinds.some(kind => data.types.includes(kind)) || data.types.includes('Files'));
}

function droppedPaths(data: DataTransfer): readonly string[] {
  const found = kinds.map(kind => uris(kind, data.getData(kind))).find(list => list.length > 0);
  // Files from outside VS Code come without their place: only their names can be told.
  return found ?? [...data.files].map(file => file.name);
}

function uris(kind: (typeof kinds)[number], text: string): readonly string[] {
  if (kind !== 'resourceurls') {
    return linesOf(text).filter(line => !line.startsWith('#'));
  }
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter(item => typeof item === 'string') : [];
  } catch {
    return [];
  }
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).map(line => line.trim()).filter(line => line !== '');
}
