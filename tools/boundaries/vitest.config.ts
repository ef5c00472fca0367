import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    name: 'boundaries',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-project-graph.ts'],
    testTimeout: 60_000,
    // Loading eslint and its plugins takes longer than most files do.
    fileParallelism: false,
    isolate: false,
  },
});
