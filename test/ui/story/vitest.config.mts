import { defineConfig } from 'vitest/config';

// The tests of a file tell one user's story: each goes on where the one before it ended.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: 'support/installedExtension.ts',
    fileParallelism: false,
    bail: 1,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    slowTestThreshold: 30_000,
    // A page shows soon what it was told, on a slow machine too; a second is too short there.
    expect: { poll: { timeout: 15_000 } },
  },
});
