/**
 * Loaded by the driver extension into the extension host and all that it starts: records each use of the network with its stack.
 * Connections to Unix sockets and named pipes stay out: VS Code's processes talk over them.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import net from 'node:net';

/**
 * @typedef {object} NetworkUse
 * @property {number} pid
 * @property {string} entry script of the process
 * @property {'start' | 'connect' | 'listen' | 'lookup' | 'datagram'} kind `start`: the recorder is in place
 * @property {string} detail
 * @property {string} stack
 */

const file = process.env['SHORTHAND_TEST_NETWORK'];

/**
 * @param {NetworkUse['kind']} kind
 * @param {unknown} detail
 */
function record(kind, detail) {
  if (file !== undefined) {
    /** @type {NetworkUse} */
    const use = { pid: process.pid, entry: process.argv[1] ?? '', kind, detail: JSON.stringify(detail), stack: new Error(kind).stack ?? '' };
    fs.appendFileSync(file, `${JSON.stringify(use)}\n`);
  }
}

/**
 * @param {object} target
 * @param {string} name
 * @param {NetworkUse['kind']} kind
 * @param {(args: unknown[]) => boolean} [isNetwork]
 */
function intercept(target, name, kind, isNetwork = () => true) {
  const original = /** @type {(...args: unknown[]) => unknown} */ (Reflect.get(target, name));
  Reflect.set(
    target,
    name,
    /** @this {unknown} @param {unknown[]} args */
    function (...args) {
      if (isNetwork(args)) {
        record(kind, args.filter(argument => typeof argument !== 'function'));
      }
      return Reflect.apply(original, this, args);
    },
  );
}

/** @param {unknown[]} args of net's connect and listen, which may come wrapped in an array */
function isInternetAddress(args) {
  const [first] = /** @type {unknown[]} */ (Array.isArray(args[0]) ? args[0] : args);
  return typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first)) || (typeof first === 'object' && first !== null && 'port' in first && first.port !== undefined);
}

Error.stackTraceLimit = 50;
record('start', process.argv);
intercept(net.Socket.prototype, 'connect', 'connect', isInternetAddress);
intercept(net.Server.prototype, 'listen', 'listen', isInternetAddress);
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
  intercept(dns, name, 'lookup');
  intercept(dns.promises, name, 'lookup');
}
for (const name of ['bind', 'send', 'connect']) {
  intercept(dgram.Socket.prototype, name, 'datagram');
}
