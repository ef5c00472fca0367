import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@org/source'] } },
  test: {
    name: 'harness',
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    isolate: false,
    setupFiles: ['@org/harness/vitest-fresh-modules'],
  },
});
