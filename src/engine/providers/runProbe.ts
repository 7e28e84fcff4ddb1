import { fork } from 'node:child_process';
import * as v from 'valibot';
import { errorMessage } from '../../common/errors';
import type { ExecutionProvider, ProviderProblem } from '../../common/executionProviders';
import { problemOf } from './problemOf';
import { probeAnswerSchema, type ProbeAnswer } from './probeProtocol';

export interface ProbeOptions {
  /** The script that probes: dist/probe.js. */
  readonly modulePath: string;
  readonly limitMs: number;
}

/** Works, how many times as fast as the CPU, and how many positions a run may have; or the reason why not. */
export type ProbeOutcome = { readonly kind: 'works'; readonly speed: number; readonly chunk: number } | { readonly kind: 'failed'; readonly problem: ProviderProblem };

/** More than this of what a process writes to its error stream says nothing new. */
const mostErrorText = 20_000;

/** Tries a provider in a process of its own, which may crash or hang: that is an outcome, not an error. */
export function runProbe(provider: ExecutionProvider, { modulePath, limitMs }: ProbeOptions): Promise<ProbeOutcome> {
  return new Promise(resolve => {
    const child = fork(modulePath, [provider], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let errors = '';
    let answer: ProbeAnswer | undefined;
    const settle = (outcome: ProbeOutcome): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(outcome);
    };
    const timer = setTimeout(() => settle({ kind: 'failed', problem: { kind: 'timeout', seconds: Math.round(limitMs / 1000) } }), limitMs);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = `${errors}${text}`.slice(0, mostErrorText)));
    child.on('message', message => {
      const parsed = v.safeParse(probeAnswerSchema, message);
      answer = parsed.success ? parsed.output : undefined;
    });
    child.on('error', error => settle({ kind: 'failed', problem: { kind: 'crashed', detail: errorMessage(error) } }));
    // `close` comes after the last of the error stream; a crash while the driver is left takes nothing back of an answer.
    child.on('close', (code, signal) => settle(answer === undefined ? crashed(code, signal, errors) : outcomeOf(provider, answer, errors)));
  });
}

function outcomeOf(provider: ExecutionProvider, answer: ProbeAnswer, errors: string): ProbeOutcome {
  switch (answer.kind) {
    case 'works':
      return answer;
    case 'wrong-result':
      return { kind: 'failed', problem: { kind: 'wrong-result', detail: `relative error ${answer.relativeError.toPrecision(2)}` } };
    case 'error':
      return { kind: 'failed', problem: problemOf(provider, answer.message, errors) };
  }
}

function crashed(code: number | null, signal: string | null, errors: string): ProbeOutcome {
  const end = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const [line = ''] = errors.split('\n').filter(text => text.trim() !== '').slice(-1);
  return { kind: 'failed', problem: { kind: 'crashed', detail: [end, line.trim()].filter(text => text !== '').join(': ') } };
}
