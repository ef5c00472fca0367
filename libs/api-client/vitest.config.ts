import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@org/source'] } },
  test: {
    name: 'api-client',
    include: ['test/**/*.test.ts'],
    isolate: false,
    setupFiles: ['@org/harness/vitest-fresh-modules'],
  },
});
