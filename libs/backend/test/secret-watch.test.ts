import type { StoredSecretsReport } from '@org/core/store';
import { describe, expect, it } from 'vitest';

import { SecretWatch } from '../src/secret-watch.ts';
import { recordLog } from './record-log.ts';

function watch() {
  const report = { collectionName: 'sessions', checked: 3, outdated: 0, unreadable: 2 };
  const found: { report: StoredSecretsReport } = { report };
  const { lines, logger } = recordLog();
  const stored = { examine: async () => found.report, carryOver: async () => found.report };
  const secretWatch = new SecretWatch({ storedSecrets: [stored], logger });
  const errors = () => lines.filter((line) => 'level' in line && line.level === 'error');
  return { secretWatch, errors, found };
}

describe(SecretWatch, () => {
  it('logs once where the key is lacking, however often it looks', async () => {
    const { secretWatch, errors } = watch();

    await secretWatch.pass({ movesPrevious: false });
    await secretWatch.pass({ movesPrevious: true });

    expect(secretWatch.unreadable).toMatchObject([{ collectionName: 'sessions', unreadable: 2 }]);
    expect(errors()).toMatchObject([{ collection: 'sessions', unreadable: 2 }]);
  });

  it('forgets what can be read again', async () => {
    const { secretWatch, found } = watch();
    await secretWatch.pass({ movesPrevious: false });

    found.report = { ...found.report, unreadable: 0 };
    await secretWatch.pass({ movesPrevious: false });

    expect(secretWatch.unreadable).toEqual([]);
  });
});
