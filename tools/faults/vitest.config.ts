import type {} from '@org/local-mongodb/vitest-global-setup';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@org/source'] } },
  test: {
    name: 'faults',
    include: ['test/**/*.test.ts'],
    isolate: false,
    setupFiles: ['@org/harness/vitest-fresh-modules'],
    globalSetup: ['@org/local-mongodb/vitest-global-setup'],
    // The machine may be busy; no test is about how soon something happens.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
