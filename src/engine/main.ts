import { engineProtocol } from '../common/engineProtocol';
import { errorMessage, ShorthandError } from '../common/errors';
import { serveRpc } from '../common/rpc/server';
import { parentPort } from './processPort';
import type { Engine } from './service/engine';
import { openEngine } from './service/openEngine';

/** The engine process: serves one engine to the process that forked it, and ends with it. */
function main(): void {
  const port = parentPort();
  if (port === undefined) {
    process.stderr.write('This file is the engine process of Shorthand; the command line is dist/cli.js.\n');
    process.exitCode = 2;
    return;
  }
  let opening: Promise<Engine> | undefined;
  const opened = (): Promise<Engine> => opening ?? Promise.reject(new ShorthandError('internal', 'The engine was not opened.'));

  const server = serveRpc(
    engineProtocol,
    port,
    {
      open: async options => {
        opening ??= openEngine(options);
        try {
          return (await opening).info;
        } catch (error) {
          opening = undefined;
          throw error;
        }
      },
      compress: async (params, context) => (await opened()).compress(params, context),
      ask: async (params, context) => (await opened()).ask(params, context),
      explain: async (params, context) => (await opened()).explain(params, context),
      plan: async (params, context) => (await opened()).plan(params, context),
      complete: async (params, { signal }) => (await opened()).complete(params, { signal }),
      search: async (params, context) => (await opened()).search(params, context),
      files: async ({ workspace }, context) => (await opened()).files(workspace, context),
      reconstruct: async (params, context) => (await opened()).reconstruct(params, context),
      measure: async (params, context) => ({ windows: await (await opened()).measure(params, context) }),
      forget: async ({ workspace, paths }, context) => (await opened()).forget(workspace, paths, context),
      countTokens: async params => (await opened()).countTokens(params),
      memory: async () => (await opened()).memory(),
      clearMemory: async () => (await opened()).clearMemory(),
    },
    line => process.stderr.write(`${line}\n`),
  );

  port.onClose(() => {
    server.dispose();
    // A run in native code can't be interrupted from here, and nothing is left to report to: the store's transactions make this safe.
    const closing = opening?.then(engine => engine.dispose()) ?? Promise.resolve();
    closing.catch((error: unknown) => process.stderr.write(`${errorMessage(error)}\n`)).finally(() => process.exit(0));
    setTimeout(() => process.exit(0), 1000).unref();
  });
}

main();
