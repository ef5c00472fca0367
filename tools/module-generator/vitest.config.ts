import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@org/source'] } },
  test: {
    name: 'module-generator',
    include: ['test/**/*.test.ts'],
    env: { NX_SKIP_FORMAT: 'true', NX_DAEMON: 'false' },
    testTimeout: 60_000,
  },
});
