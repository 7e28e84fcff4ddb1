import { builderProtocol } from '../common/builderProtocol';
import { serveRpc } from '../common/rpc/server';
import { parentPort } from '../engine/processPort';
import { addModel } from './addModel/addModel';
import { discardPartials } from './addModel/partialFolders';

/** The builder process: makes bundles for the process that forked it, and ends with it. */
function main(): void {
  const port = parentPort();
  if (port === undefined) {
    process.stderr.write('This file is the builder process of Shorthand; the command line is dist/cli.js.\n');
    process.exitCode = 2;
    return;
  }
  const server = serveRpc(
    builderProtocol,
    port,
    {
      add: (params, { signal, progress }) => addModel(params, { signal, onProgress: progress }),
      discard: ({ modelsRoot }) => discardPartials(modelsRoot),
    },
    line => process.stderr.write(`${line}\n`),
  );
  port.onClose(() => {
    server.dispose();
    // What is finished is in the journal; the rest is done again by the next call.
    process.exit(0);
  });
}

main();
