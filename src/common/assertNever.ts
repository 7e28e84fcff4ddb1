/** Makes a `switch` over a tagged union exhaustive: a new member is a compile error, a foreign value at run time an exception. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
