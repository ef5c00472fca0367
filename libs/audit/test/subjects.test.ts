import { AuditService } from '@org/audit';
import { createThrowawayDatabase, FakeClock, type ThrowawayDatabase } from '@org/core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { context } from './context.ts';

const account = { resourceType: 'accounts', resourceId: '64b00000000000000000000a' };
const nobody = { resourceType: 'accounts', resourceId: '' };
const clock = new FakeClock();
let throwaway: ThrowawayDatabase;
let audit: AuditService;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock });
  audit = AuditService.create({ database: throwaway.database });
  await audit.initialize();
});
beforeEach(async () => {
  await throwaway.database.collection('audit_log').deleteMany({});
});
afterAll(async () => {
  await throwaway.remove();
});

async function record(action: string, event: object): Promise<Date> {
  clock.advance(1);
  await audit.record([{ ...nobody, action, ...event }], context);
  return clock.now();
}

describe('records of a submitted name', () => {
  it('are found by its digest, together with those of the account that has it', async () => {
    await record('create', account);
    await record('first', { subjectDigest: 'ada' });
    await record('other', { subjectDigest: 'grace' });
    await record('second', { subjectDigest: 'ada' });

    const actions: string[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await audit.findRecordsBySubject(
        { subjectDigest: 'ada', resource: account, limit: 1, cursor },
        context,
      );
      actions.push(...page.items.map(({ action }) => action));
      cursor = page.nextCursor;
    }

    expect(actions).toEqual(['second', 'first', 'create']);
    const { items } = await audit.findRecordsBySubject({ subjectDigest: 'ada' }, context);
    expect(items.map(({ subjectDigest }) => subjectDigest)).toEqual(['ada', 'ada']);
  });

  it('lose it for the time in which an account had the name, in steps', async () => {
    await record('before', { subjectDigest: 'ada' });
    const from = await record('first', { subjectDigest: 'ada' });
    await audit.record(
      Array.from({ length: 2_100 }, () => ({ ...nobody, action: 'x', subjectDigest: 'ada' })),
      context,
    );
    const to = await record('last', { subjectDigest: 'ada' });
    await record('other', { subjectDigest: 'grace' });
    await record('after', { subjectDigest: 'ada' });

    await audit.forgetSubject({ subjectDigest: 'ada', from, to }, context);
    await audit.forgetSubject({ subjectDigest: 'ada', from, to }, context);

    const { items } = await audit.findRecordsBySubject({ subjectDigest: 'ada' }, context);
    expect(items.map(({ action }) => action)).toEqual(['after', 'before']);
    const kept = throwaway.database.collection('audit_log');
    expect(await kept.countDocuments()).toBe(2_105);
    expect(await kept.countDocuments({ subject_digest: 'grace' })).toBe(1);
  });
});
