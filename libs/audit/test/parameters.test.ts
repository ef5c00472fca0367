import { AuditService } from '@org/audit';
import {
  createThrowawayDatabase,
  FakeClock,
  findTakenParameters,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { context } from './context.ts';

const resource = { resourceType: 'notes', resourceId: '64b00000000000000000000a' };
const page = { from: new Date(0), to: new Date(), limit: 1, cursor: undefined };
const subjectDigest = 'digest';
const event = {
  ...resource,
  action: 'update',
  outcome: 'failure',
  changes: { title: { old: 'one', new: 'two' } },
  subjectDigest,
} as const;
let throwaway: ThrowawayDatabase;
let audit: AuditService;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock: new FakeClock() });
  audit = AuditService.create({
    database: throwaway.database,
    // Each is stored at once.
    settings: { recordedPerSourceWindow: 1_000_000 },
  });
  await audit.initialize();
});
afterAll(async () => {
  await throwaway.remove();
});

describe(AuditService, () => {
  it('takes no wrong parameters', async () => {
    const { signal } = new AbortController();
    const to = page.to;
    const cursor = Buffer.from(`0.${resource.resourceId}`).toString('base64url');

    const taken = await findTakenParameters(audit, {
      code: /^AUDIT_ERR_01$/,
      trusted: [context],
      notCalled: {
        initialize: 'takes nothing',
        startFlushing: 'takes nothing',
        close: 'takes nothing',
        deleteExpiredRecords: 'takes nothing',
        getBufferStatistics: 'takes nothing',
      },
      calls: {
        record: [[event], context],
        recordFromSource: [event, '192.0.2.1', context],
        findRecordsByResource: [{ ...page, ...resource, cursor }, context],
        findRecordsByActor: [{ ...page, actorType: 'account', actorId: 'a', cursor }, context],
        findRecordsByTime: [{ ...page, cursor }, context],
        findRecordsBySubject: [{ ...page, subjectDigest, resource, cursor }, context],
        exportRecordsByActor: [{ actorId: 'a' }, context],
        eraseChanges: [{ resources: [resource], signal }, context],
        pseudonymizeActor: [{ actorId: 'a', pseudonym: 'b', signal }, context],
        eraseOfAbandonedErasure: [{ account: resource, signal }, context],
        getEventCount: [{ resourceType: 'accounts', action: 'create' }],
        forgetSubject: [{ subjectDigest, from: new Date(0), to }, context],
      },
      taken: [
        /^findRecordsByTime\(0: \{/, // every field of it may be left out
        /^findRecordsByActor\(0.actorId: null/, // the anonymous
        /\.changes\.title\.(old|new): /, // whatever a field held
      ],
    });

    expect(taken).toEqual([]);
  });
});
