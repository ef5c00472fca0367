import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { readConfig } from '../src/config.ts';
import { Lifecycle } from '../src/lifecycle.ts';
import { startLocalDatabase } from '../src/local-database.ts';
import { StartError } from '../src/start-errors.ts';

describe(startLocalDatabase, () => {
  it('names DATA_DIR when that is a file', async () => {
    const report = () => undefined;
    const starting = startLocalDatabase({
      config: readConfig({ DATA_DIR: fileURLToPath(import.meta.url) }),
      lifecycle: new Lifecycle(report),
      report,
    });

    await expect(starting).rejects.toThrow(StartError);
    await expect(starting).rejects.toThrow(/^DATA_DIR cannot be used: /);
  });
});
