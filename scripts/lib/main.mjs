/**
 * Runs an entry script: a failure is one line, not a stack trace, unless SHORTHAND_VERBOSE is set.
 *
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(process.env['SHORTHAND_VERBOSE'] ? error : `\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
