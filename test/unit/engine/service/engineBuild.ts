import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { toDisposable } from '../../../../src/common/disposable';
import { engineProtocol } from '../../../../src/common/engineProtocol';
import { RpcClient } from '../../../../src/common/rpc/client';
import { build } from '../../../../scripts/lib/bundles.mjs';

const root = path.resolve(import.meta.dirname, '../../../..');

/** Bundles everything as for a release, inside the repository so that native packages are found. Returns the folder. */
export async function buildScripts(name: string): Promise<string> {
  const out = path.join(root, 'out', 'test', name);
  await build({ production: true, out });
  return out;
}

export interface EngineProcess {
  readonly child: ChildProcess;
  readonly client: RpcClient<typeof engineProtocol>;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly stderr: () => string;
}

/** Starts the engine process as the extension does. */
export function startEngine(script: string, env: NodeJS.ProcessEnv = process.env): EngineProcess {
  const child = fork(script, [], { env, serialization: 'advanced', execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = new Promise<{ code: number | null; signal: string | null }>(resolve => child.once('exit', (code, signal) => resolve({ code, signal })));
  const client = new RpcClient(engineProtocol, {
    send: message => {
      if (child.connected) {
        child.send(message as never);
      }
    },
    onMessage: listener => {
      child.on('message', listener);
      return toDisposable(() => child.off('message', listener));
    },
    onClose: listener => {
      const closed = (): void => listener('The engine process ended.');
      child.once('exit', closed);
      return toDisposable(() => child.off('exit', closed));
    },
  });
  return { child, client, exited, stderr: () => stderr };
}
