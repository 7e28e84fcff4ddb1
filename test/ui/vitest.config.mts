import { defineConfig } from 'vitest/config';

/** Tests of the chat page in a real browser. They need Chromium: on the path, or named by CHROMIUM. */
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
