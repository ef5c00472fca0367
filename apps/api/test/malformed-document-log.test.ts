import { MalformedDocumentError } from '@org/core/store';
import { describe, expect, it } from 'vitest';

import { createLogger } from '../src/logging.ts';
import { createMalformedDocumentLog } from '../src/malformed-document-log.ts';

describe('the log of malformed documents', () => {
  it('names each document once, and nothing of what it contains', () => {
    const lines: string[] = [];
    const log = createMalformedDocumentLog(
      createLogger('warn', { write: (line: string) => lines.push(line) }),
    );
    const malformed = (id: string) =>
      new MalformedDocumentError('tasks', id, 'title is not a string');

    for (const id of ['64b0000000000000000000a1', '64b0000000000000000000a1', 'x'.repeat(99)]) {
      log(malformed(id));
    }

    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { collection: 'tasks', id: '64b0000000000000000000a1', problem: 'title is not a string' },
      { id: 'x'.repeat(64) },
    ]);
  });
});
