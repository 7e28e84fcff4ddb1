/**
 * Where a command writes: results to standard output, progress to standard error, and progress only when a person watches. With `--json`
 * standard output holds exactly one JSON document.
 */
export class Terminal {
  #lineOpen = false;

  constructor(readonly json: boolean) {}

  /** A transient line that the next one replaces. */
  progress(text: string): void {
    if (process.stderr.isTTY && !this.json) {
      process.stderr.write(`\r\u001b[2K${text.slice(0, process.stderr.columns - 1)}`);
      this.#lineOpen = true;
    }
  }

  /** Text of an answer as it grows. */
  stream(text: string): void {
    if (!this.json) {
      this.#closeLine();
      process.stdout.write(text);
    }
  }

  line(text = ''): void {
    if (!this.json) {
      this.#closeLine();
      process.stdout.write(`${text}\n`);
    }
  }

  /** The one document of a `--json` run. */
  result(value: unknown): void {
    if (this.json) {
      process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    }
  }

  error(text: string): void {
    this.#closeLine();
    process.stderr.write(`${text}\n`);
  }

  #closeLine(): void {
    if (this.#lineOpen) {
      process.stderr.write('\r\u001b[2K');
      this.#lineOpen = false;
    }
  }
}

/** 12345 -> "12,345" */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en');
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}

export function megabytes(bytes: number): string {
  return `${grouped(Math.ceil(bytes / 1_000_000))} MB`;
}
