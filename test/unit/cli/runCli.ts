import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in a process of its own, as a user does. */
export async function runCli(script: string, args: readonly string[]): Promise<Outcome> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [script, ...args])) };
  } catch (error) {
    return error as Outcome;
  }
}

/** The document of a `--json` run that must succeed. */
export async function cliResult<T>(script: string, args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await runCli(script, [...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}
