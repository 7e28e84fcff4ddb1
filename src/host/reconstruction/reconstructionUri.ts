import type * as vscode from 'vscode';

export const reconstructionScheme = 'shorthand-reconstruction';

/** The virtual document that stands for what the decoder makes of a file. It has the file's path, so that it has its language too. */
export function reconstructionUri(file: vscode.Uri): vscode.Uri {
  return file.with({ scheme: reconstructionScheme });
}

/** The file that a virtual document stands for. */
export function fileOf(reconstruction: vscode.Uri): vscode.Uri {
  return reconstruction.with({ scheme: 'file' });
}
