import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

/** Every test project. vitest 4 reads this file only when it is named: `--config vitest.workspace.ts`. */
export default defineConfig({
  test: {
    projects: ['libs/*/vitest.config.ts', 'apps/*/vitest.config.ts', 'tools/*/vitest.config.ts'],
    // By default one less than there are cores: of two, one would be idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
