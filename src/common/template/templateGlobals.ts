/** What a chat template may call, beside Jinja's own: as transformers offers it, in English whatever the system's language is. */
export function templateGlobals(now: Date): Readonly<Record<string, unknown>> {
  return {
    true: true,
    false: false,
    none: null,
    True: true,
    False: false,
    None: null,
    range,
    raise_exception: (message: unknown) => {
      throw new Error(String(message));
    },
    strftime_now: (format: unknown) => strftime(now, String(format)),
  };
}

/** A template that counts further than this is broken; it must not hold up the engine. */
const longestRange = 100_000;

/** Python's `range`. */
function range(first: unknown, second?: unknown, step: unknown = 1): readonly number[] {
  const [from, to, by] = second === undefined ? [0, Number(first), 1] : [Number(first), Number(second), Number(step)];
  const length = Math.max(0, Math.ceil((to - from) / by));
  if (!(length <= longestRange)) {
    throw new Error(`range(${from}, ${to}, ${by}) is too long`);
  }
  return Array.from({ length }, (_, i) => from + i * by);
}

/** Python's `strftime` for the directives that chat templates use; others stay as they are. */
function strftime(date: Date, format: string): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const named = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-US', options).format(date);
  const directives: Readonly<Record<string, () => string>> = {
    Y: () => String(date.getFullYear()),
    y: () => two(date.getFullYear() % 100),
    m: () => two(date.getMonth() + 1),
    d: () => two(date.getDate()),
    H: () => two(date.getHours()),
    M: () => two(date.getMinutes()),
    S: () => two(date.getSeconds()),
    b: () => named({ month: 'short' }),
    B: () => named({ month: 'long' }),
    a: () => named({ weekday: 'short' }),
    A: () => named({ weekday: 'long' }),
    '%': () => '%',
  };
  return format.replaceAll(/%([A-Za-z%])/g, (directive, letter: string) => directives[letter]?.() ?? directive);
}
