/** The few parts of VS Code's API that the tested modules use at run time. Tests put it in place with `vi.mock('vscode', …)`. */
export const l10n = {
  t: (message: string, ...values: readonly (string | number)[]): string => message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
};

export const env = { language: 'en' };
