import { MalformedDocumentError } from '@org/core/store';
import { describe, expect, it } from 'vitest';

import { databaseLog } from '../src/database-log.ts';
import { recordLog } from './record-log.ts';

describe('the log of malformed documents', () => {
  it('names each document once, and nothing of what it contains', () => {
    const { lines, logger } = recordLog();
    const { onMalformedDocument } = databaseLog(logger);
    const malformed = (id: string) =>
      new MalformedDocumentError('tasks', id, 'title is not a string');

    for (const id of ['64b0000000000000000000a1', '64b0000000000000000000a1', 'x'.repeat(99)]) {
      onMalformedDocument(malformed(id));
    }

    expect(lines).toMatchObject([
      { collection: 'tasks', id: '64b0000000000000000000a1', problem: 'title is not a string' },
      { id: 'x'.repeat(64) },
    ]);
  });
});
