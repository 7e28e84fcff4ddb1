import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Reads /proc: the suites that look at processes skip themselves elsewhere. */
export const canSeeProcesses = process.platform === 'linux';

function parentOf(pid: number): number | undefined {
  try {
    // The name in parentheses may hold spaces; the state and the parent follow it.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function commandLineOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Engine processes that this extension host started. */
export function enginePids(): number[] {
  return fs
    .readdirSync('/proc')
    .map(Number)
    .filter(pid => Number.isInteger(pid) && parentOf(pid) === process.pid && commandLineOf(pid).includes('engine.js'));
}

/** Waits for the one engine process. */
export async function enginePid(timeoutMs = 20_000): Promise<number> {
  const until = Date.now() + timeoutMs;
  while (Date.now() < until) {
    const [pid] = enginePids();
    if (pid !== undefined) {
      return pid;
    }
    await sleep(20);
  }
  throw new Error('No engine process started.');
}

/** Inodes of the internet sockets of a process; Unix sockets (pipes to the parent) are not among them. */
export function internetSockets(pid: number): string[] {
  const internet = new Set(
    ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6'].flatMap(table => {
      const file = `/proc/${pid}/net/${table}`;
      const rows = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').slice(1) : [];
      return rows.map(row => row.trim().split(/\s+/)[9]);
    }),
  );
  return fs.readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
    const inode = /^socket:\[(\d+)\]$/.exec(linkTarget(`/proc/${pid}/fd/${fd}`))?.[1];
    return inode !== undefined && internet.has(inode) ? [inode] : [];
  });
}

function linkTarget(link: string): string {
  try {
    return fs.readlinkSync(link);
  } catch {
    // Closed since it was listed.
    return '';
  }
}
