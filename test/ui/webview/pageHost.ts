import type { CallContext } from '../../../src/common/rpc/server';

/** Something that the page asked for. */
export interface Request {
  readonly method: string;
  readonly params: unknown;
}

/** Records what a page asks for, oldest first. */
export class Recorder {
  readonly requests: Request[] = [];

  /** A handler that records its calls and does nothing else. */
  of(method: string): (params: unknown) => undefined {
    return params => {
      this.requests.push({ method, params });
      return undefined;
    };
  }

  /** The parameters of the calls of a method. */
  asked(method: string): unknown[] {
    return this.requests.filter(request => request.method === method).map(request => request.params);
  }
}

/** A value that a page watches: it is sent whole at first and with every change. */
export class Watched<T> {
  #send: ((value: T) => void) | undefined;

  constructor(public value: T) {}

  set(value: T): void {
    this.value = value;
    this.#send?.(value);
  }

  readonly handler = (_: unknown, { progress, signal }: CallContext<T>): Promise<undefined> =>
    new Promise(resolve => {
      this.#send = progress;
      progress(this.value);
      signal.addEventListener('abort', () => resolve(undefined));
    });
}
