/** Replaces the paths of workspace folders and of the user's home: they tell names that a report need not have. */
export function hidePaths(text: string, folders: readonly string[], home: string): string {
  // The innermost first: a workspace lies in the home folder.
  const hidden = [...folders.toSorted((a, b) => b.length - a.length).map(folder => [folder, '<workspace>'] as const), [home, '~'] as const];
  return hidden.filter(([path]) => path.length > 1).reduce((shortened, [path, name]) => shortened.replaceAll(path, name), text);
}
