import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@org/source'] } },
  test: {
    name: 'benchmark',
    include: ['test/**/*.test.ts'],
    // Some tests start processes, which a busy machine makes wait.
    testTimeout: 60_000,
  },
});
