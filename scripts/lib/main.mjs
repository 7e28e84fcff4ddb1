/**
 * Runs an entry script: a failure is one line, not a stack trace, unless DEBUG is set.
 *
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(process.env['DEBUG'] ? error : `\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
