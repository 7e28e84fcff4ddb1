import { toDisposable } from '../common/disposable';
import type { Port } from '../common/rpc/wire';

/** The engine's end of the IPC channel that `child_process.fork` opened; undefined when the process was started without one. */
export function parentPort(): Port | undefined {
  const send = process.send?.bind(process);
  if (send === undefined) {
    return undefined;
  }
  return {
    send: message => {
      // A parent that is gone is noticed by `disconnect`; what was meant for it has no reader any more.
      if (process.connected) {
        send(message, undefined, undefined, () => undefined);
      }
    },
    onMessage: listener => {
      process.on('message', listener);
      return toDisposable(() => process.off('message', listener));
    },
    onClose: listener => {
      const closed = (): void => listener('The parent process closed the channel.');
      process.once('disconnect', closed);
      return toDisposable(() => process.off('disconnect', closed));
    },
  };
}
