import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    name: 'boundaries',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-project-graph.ts'],
    // The machine may be busy, and no test is about timing.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Loading eslint and its plugins takes longer than most files do.
    fileParallelism: false,
    // Projects of one group share their workers.
    sequence: { groupOrder: 1 },
    isolate: false,
  },
});
