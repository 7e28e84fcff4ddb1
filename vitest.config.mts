import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts', 'test/parity/**/*.test.ts', 'test/package/**/*.test.ts'],
    globalSetup: 'test/temporaryFolders.ts',
    // Inference tests load native libraries and use every core: one process per file, two at a time.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
