import * as v from 'valibot';
import { expect, test, vi } from 'vitest';
import { ShorthandError } from '../../../src/common/errors';
import { RpcClient } from '../../../src/common/rpc/client';
import { noProgress, nothing, type Protocol } from '../../../src/common/rpc/protocol';
import { serveRpc, type Handlers } from '../../../src/common/rpc/server';
import { memoryPorts } from './memoryPorts';

const protocol = {
  name: 'test',
  version: 3,
  methods: {
    double: { params: v.number(), progress: noProgress, result: v.number() },
    count: { params: v.object({ to: v.number() }), progress: v.number(), result: nothing },
    wait: { params: nothing, progress: nothing, result: nothing },
    fail: { params: v.picklist(['expected', 'unexpected', 'abort']), progress: noProgress, result: nothing },
  },
} as const satisfies Protocol;

const aborted: string[] = [];

const handlers: Handlers<typeof protocol> = {
  double: value => value * 2,
  count: ({ to }, { progress }) => {
    for (let value = 1; value <= to; value++) {
      progress(value);
    }
    return undefined;
  },
  wait: (_, { signal }) =>
    new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        aborted.push('wait');
        reject(new ShorthandError('cancelled', 'Cancelled.'));
      }),
    ),
  fail: kind => {
    if (kind === 'expected') {
      throw new ShorthandError('disk-full', 'No space.');
    }
    throw kind === 'abort' ? new DOMException('Aborted', 'AbortError') : new Error('a stack with secrets');
  },
};

function connect(kind: 'clone' | 'json' = 'clone') {
  const ports = memoryPorts(kind);
  const lines: string[] = [];
  const server = serveRpc(protocol, ports.server, handlers, line => lines.push(line));
  const rpc = new RpcClient(protocol, ports.client);
  return { client: ports.client, close: ports.close, server, rpc, lines };
}

test('calls, with results and progress in order', async () => {
  const { rpc } = connect();
  const seen: number[] = [];
  const [double] = await Promise.all([rpc.call('double', 21), rpc.call('count', { to: 4 }, { onProgress: value => seen.push(value) })]);
  expect(double).toBe(42);
  expect(seen).toEqual([1, 2, 3, 4]);
});

test('a channel that drops undefined values carries calls without parameters and results', async () => {
  const { rpc } = connect('json');
  await expect(rpc.call('count', { to: 0 })).resolves.toBe(undefined);
  const controller = new AbortController();
  const waiting = rpc.call('wait', undefined, { signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
});

test('what a handler throws arrives as a code and a message; only the unexpected is logged with its stack', async () => {
  const { rpc, lines } = connect();
  await expect(rpc.call('fail', 'expected')).rejects.toMatchObject({ code: 'disk-full', message: 'No space.' });
  await expect(rpc.call('fail', 'abort')).rejects.toMatchObject({ code: 'cancelled' });
  expect(lines).toEqual([]);
  await expect(rpc.call('fail', 'unexpected')).rejects.toMatchObject({ code: 'internal', message: 'a stack with secrets' });
  expect(lines[0]).toContain('rpc.test.ts');
});

test('cancels before and during a call', async () => {
  const { rpc } = connect();
  aborted.length = 0;
  await expect(rpc.call('wait', undefined, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  expect(aborted).toEqual([]);
  await expect(rpc.call('wait', undefined, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: 'cancelled' });
  expect(aborted).toEqual(['wait']);
});

test('a closed channel fails every call and aborts every handler', async () => {
  const { rpc, close } = connect();
  await rpc.ready;
  aborted.length = 0;
  const calls = [rpc.call('wait', undefined), rpc.call('wait', undefined)].map(call => expect(call).rejects.toMatchObject({ code: 'engine-crashed', message: 'gone' }));
  await new Promise(resolve => setTimeout(resolve, 20));
  close('gone');
  await Promise.all(calls);
  expect(aborted).toEqual(['wait', 'wait']);
  await expect(rpc.call('double', 1)).rejects.toMatchObject({ code: 'engine-crashed' });
});

test('another protocol or version is refused', async () => {
  for (const other of [{ ...protocol, version: 2 }, { ...protocol, name: 'other' }]) {
    const ports = memoryPorts();
    serveRpc(protocol, ports.server, handlers);
    const rpc = new RpcClient(other, ports.client);
    await expect(rpc.ready).rejects.toMatchObject({ code: 'protocol-mismatch' });
    await expect(rpc.call('double', 1)).rejects.toMatchObject({ code: 'protocol-mismatch' });
  }
});

test('malformed messages to the server are dropped and logged, or fail their own call', async () => {
  const { rpc, client, lines } = connect();
  for (const message of [undefined, null, 7, 'connect', {}, { kind: 'call' }, { kind: 'call', id: -1, method: 'double' }, { kind: 'launch' }]) {
    client.send(message);
  }
  expect(await rpc.call('double', 1)).toBe(2);
  expect(lines).toHaveLength(8);
  const wrong = new RpcClient({ ...protocol, methods: { double: { params: v.string(), progress: noProgress, result: v.number() }, missing: protocol.methods.wait, toString: protocol.methods.wait } }, memoryClient());
  await expect(wrong.call('double', 'x')).rejects.toMatchObject({ code: 'invalid-message' });
  await expect(wrong.call('missing', undefined)).rejects.toMatchObject({ code: 'invalid-message' });
  await expect(wrong.call('toString', undefined)).rejects.toMatchObject({ code: 'invalid-message' });
});

function memoryClient() {
  const ports = memoryPorts();
  serveRpc(protocol, ports.server, handlers);
  return ports.client;
}

test('malformed messages to the client are dropped, or fail their own call', async () => {
  const { client, server } = memoryPorts();
  const sent: unknown[] = [];
  server.onMessage(message => sent.push(message));
  const rpc = new RpcClient(protocol, client);
  server.send({ kind: 'result' });
  server.send('noise');
  server.send({ kind: 'ready', protocol: 'test', version: 3 });
  const result = expect(rpc.call('double', 1)).rejects.toMatchObject({ code: 'invalid-message' });
  const progress = expect(rpc.call('count', { to: 1 }, { onProgress: () => undefined })).rejects.toMatchObject({ code: 'invalid-message' });
  await vi.waitFor(() => expect(sent).toHaveLength(3));
  server.send({ kind: 'result', id: 99, value: 'nobody waits for this' });
  server.send({ kind: 'result', id: 0, value: 'not a number' });
  server.send({ kind: 'progress', id: 1, snapshot: 'not a number' });
  await Promise.all([result, progress]);
});

test('a client that connects again starts over: old calls are aborted and their outcomes go nowhere', async () => {
  const { server, client } = memoryPorts();
  const late: { finish?: (value: number) => void } = {};
  let calls = 0;
  serveRpc(protocol, server, { ...handlers, double: value => (calls++ === 0 ? new Promise(resolve => (late.finish = resolve)) : value * 2) });
  const first = new RpcClient(protocol, client);
  void first.call('double', 1).catch(() => undefined);
  await vi.waitFor(() => expect(late.finish).toBeDefined());
  const second = new RpcClient(protocol, client);
  await second.ready;
  const results: unknown[] = [];
  client.onMessage(message => results.push(message));
  expect(await second.call('double', 5)).toBe(10);
  late.finish?.(2);
  await new Promise(resolve => setTimeout(resolve, 20));
  expect(results).toEqual([{ kind: 'result', id: 0, value: 10 }]);
});

test('a disposed server answers nothing more, and a disposed client asks nothing more', async () => {
  const { rpc, server, client } = connect();
  await rpc.ready;
  const answers = vi.fn();
  client.onMessage(answers);
  server.dispose();
  client.send({ kind: 'call', id: 5, method: 'double', params: 1 });
  await new Promise(resolve => setTimeout(resolve, 20));
  expect(answers).not.toHaveBeenCalled();
  rpc.dispose();
  await expect(rpc.call('double', 1)).rejects.toMatchObject({ code: 'engine-crashed' });
});
