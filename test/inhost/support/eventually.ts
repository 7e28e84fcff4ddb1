import { setTimeout as sleep } from 'node:timers/promises';

/** Tries a check until it holds; after `timeoutMs` its failure is the test's. */
export async function eventually(check: () => Promise<void>, timeoutMs = 90_000): Promise<void> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > until) {
        throw error;
      }
    }
    await sleep(100);
  }
}
