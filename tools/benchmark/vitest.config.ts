import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@org/source'] } },
  test: {
    name: 'benchmark',
    include: ['test/**/*.test.ts'],
    isolate: false,
    setupFiles: ['@org/harness/vitest-fresh-modules'],
    // The machine may be busy; no test is about how soon something happens.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
