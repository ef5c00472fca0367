import { ServiceUnavailableError } from '@org/core';
import { describe, expect, it } from 'vitest';

import { untilMongodbAnswers } from '../src/mongodb-patience.ts';
import { StartAbandonedError } from '../src/start-errors.ts';

const options = { uri: 'mongodb://u:p@db.example.com/org', pause: 0 };

describe(untilMongodbAnswers, () => {
  it('tells that MongoDB is away, and tries until it answers', async () => {
    const lines: string[] = [];
    let attempts = 0;

    await untilMongodbAnswers(
      { ...options, lifecycle: { isClosing: false }, report: (line) => lines.push(line) },
      async () => {
        attempts += 1;
        if (attempts < 3) {
          throw new ServiceUnavailableError({ cause: new Error('no answer') });
        }
      },
    );

    expect(lines).toEqual([
      'Cannot use the MongoDB at db.example.com (MONGODB_URI): no answer Trying again until it does.',
    ]);
  });

  it('says nothing of a connection that the process closed itself, to stop', async () => {
    const lines: string[] = [];
    const lifecycle = { isClosing: false };

    const waiting = untilMongodbAnswers(
      { ...options, lifecycle, report: (line) => lines.push(line) },
      async () => {
        lifecycle.isClosing = true;
        throw new ServiceUnavailableError({ cause: new Error('client was closed') });
      },
    );

    await expect(waiting).rejects.toThrow(StartAbandonedError);
    expect(lines).toEqual([]);
  });
});
