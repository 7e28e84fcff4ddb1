import { defineConfig } from 'vitest/config';

/** Tests of the chat page in a real browser. They need Chromium: installed, or named by CHROME_PATH. */
export default defineConfig({
  test: {
    include: ['test/ui/webview/**/*.test.ts'],
    globalSetup: 'test/temporaryFolders.ts',
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
