import { findTakenParameters } from '@org/core/testing';
import { IdempotencyService } from '@org/idempotency';
import { describe, expect, it } from 'vitest';

import { context, erasure, IdempotencyTestBed, request } from './services.ts';

describe(IdempotencyService, () => {
  it('takes no wrong parameters', async () => {
    const { service } = await IdempotencyTestBed.create();

    const taken = await findTakenParameters(service, {
      code: /^REQUEST_ERR_400$/,
      trusted: [context, erasure],
      notCalled: { initialize: 'takes nothing' },
      calls: {
        begin: [{ ids: [], ...request() }, context],
        deleteAnswersByAccountId: [{ accountId: '64b00000000000000000000a' }, erasure, context],
      },
    });

    expect(taken).toEqual([]);
  });
});
