import type {} from '@org/local-mongodb/vitest-global-setup';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@org/source'] } },
  test: {
    name: 'faults',
    include: ['test/**/*.test.ts'],
    globalSetup: ['@org/local-mongodb/vitest-global-setup'],
    // Some tests start processes, which a busy machine makes wait.
    testTimeout: 60_000,
  },
});
