/** A folder of the workspace, its path with '/' separators. */
export interface NamedFolder {
  readonly name: string;
  readonly path: string;
}

/**
 * Names of a workspace's folders by which their files can be told apart. Folders of the same name are led by as many of the folders above them
 * as it takes: `web/app` and `server/app`.
 */
export function distinctNames(folders: readonly NamedFolder[]): string[] {
  const names = folders.map(folder => folder.name);
  const above = folders.map(folder => folder.path.split('/').filter(part => part !== '').slice(0, -1));
  for (let same = repeated(names); same.length > 0; same = repeated(names)) {
    for (const index of same) {
      // Where nothing is left above, a number must do: a folder can stand under two names in one workspace.
      const parent = above[index]?.pop() ?? String(index + 1);
      names[index] = `${parent}/${names[index] ?? ''}`;
    }
  }
  return names;
}

function repeated(names: readonly string[]): number[] {
  return names.flatMap((name, index) => (names.some((other, at) => other === name && at !== index) ? [index] : []));
}
