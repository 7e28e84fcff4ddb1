import { l10n } from 'vscode';
import { assertNever } from '../common/assertNever';
import { ShorthandError, type ErrorCode } from '../common/errors';

/** The code of anything that was thrown. */
export function errorCodeOf(error: unknown): ErrorCode {
  return ShorthandError.is(error) ? error.code : 'internal';
}

/** A sentence for the user: what happened and what to do. The English detail of the error belongs in the log. */
export function errorText(code: ErrorCode): string {
  switch (code) {
    case 'bundle-missing':
      return l10n.t("The model is not there. Run \"Shorthand: Choose Model\" to choose another one.");
    case 'bundle-corrupt':
      return l10n.t("The model's files are damaged or were changed. Remove the model and get it again, or reinstall the extension.");
    case 'bundle-unsupported':
      return l10n.t("This version of Shorthand can't use the model. Choose another one, or update the extension.");
    case 'no-compressor':
      return l10n.t("This model has no compressor: it reads the workspace as text, and there is nothing to compress. Answers work.");
    case 'store-corrupt':
      return l10n.t("The memory was damaged. Run \"Shorthand: Clear Memory\", then compress the workspace again.");
    case 'store-unavailable':
      return l10n.t("The memory can't be opened. Close other windows that use it, or check the permissions of the storage folder.");
    case 'disk-full':
      return l10n.t("The disk is full. Free some space, or run \"Shorthand: Clear Memory\".");
    case 'out-of-memory':
      return l10n.t("There was not enough memory. Close other programs, or lower \"shorthand.engine.threads\".");
    case 'model-too-large':
      return l10n.t("The model needs more memory than is free. Close other programs, or choose a smaller model or one with fewer bits per weight. The log has the numbers.");
    case 'runtime-unavailable':
      return l10n.t("The inference runtime can't be loaded on this machine. The log names the library that is missing.");
    case 'engine-crashed':
      return l10n.t("The engine stopped unexpectedly. It starts again with the next request.");
    case 'engine-unresponsive':
      return l10n.t("The engine did not respond and was ended. It starts again with the next request.");
    case 'protocol-mismatch':
      return l10n.t("Parts of the extension have different versions. Reload the window, or reinstall the extension.");
    case 'invalid-message':
      return l10n.t("The engine received something that it did not understand. The log has the details.");
    case 'prompt-too-long':
      return l10n.t("The question and the conversation are longer than the model can read. Ask a shorter question, or start a new conversation.");
    case 'nothing-to-read':
      return l10n.t("There is no file to read. Open a folder with source files, then ask again.");
    case 'file-unreadable':
      return l10n.t("A file can't be read. Check that it still exists and that you may read it.");
    case 'network-failed':
      return l10n.t("The download server can't be reached. Check the connection and the proxy settings; what was fetched is kept for the next try.");
    case 'download-corrupt':
      return l10n.t("What the server sent is not the file that was announced. Try again later, or choose another model.");
    case 'access-denied':
      return l10n.t("This model needs a permission. Ask its owner for access, then enter your access token.");
    case 'model-not-found':
      return l10n.t("There is no such model. Check the name.");
    case 'cancelled':
      return l10n.t("Stopped.");
    case 'internal':
      return l10n.t("Something went wrong in Shorthand. The log has the details.");
    default:
      return assertNever(code);
  }
}
