import type {} from '@org/local-mongodb/vitest-global-setup';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@org/source'] } },
  test: {
    name: 'jobs',
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    globalSetup: ['@org/local-mongodb/vitest-global-setup'],
  },
});
