import type { PersonalDataProvider } from '@org/account';
import { AuditService } from '@org/audit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ada, anonymous, createServices, ownerOf, type TestServices } from './services.ts';

const DAY = 24 * 60 * 60_000;
const MINUTE = 60_000;

const notes: string[] = [];
const personalDataProvider: PersonalDataProvider = {
  name: 'notes',
  exportDataByAccountId: async function* () {
    yield notes;
  },
  deleteDataByAccountId: async () => {
    notes.length = 0;
  },
};

let services: TestServices;
let accountId: string;

beforeEach(async () => {
  services = await createServices({ personalDataProviders: [personalDataProvider] });
  ({ id: accountId } = await services.accounts.createAccountByUsernameAndPassword(ada, anonymous));
});
afterEach(async () => {
  await services.throwaway.remove();
});

function eraseNow(): Promise<void> {
  return services.accounts.deletion.eraseAccount({ accountId }, anonymous);
}

async function deleteAndErase(): Promise<void> {
  await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
  await eraseNow();
}

/** So many that the last of them are counted in the memory of another process. */
async function failLogins(): Promise<AuditService> {
  const { throttle, clock, throwaway } = services;
  const audit = AuditService.create({ database: throwaway.database, clock });
  const subjectDigest = throttle.digestName({ name: ada.username });
  const event = { resourceType: 'accounts', resourceId: '', action: 'authn_login_fail' };
  const ofAccount = { ...event, resourceId: accountId, action: 'authz_fail' };
  for (let login = 0; login < 12; login += 1) {
    await audit.recordFromSource({ ...event, subjectDigest }, '203.0.113.77', anonymous);
    await audit.recordFromSource(ofAccount, '203.0.113.77', anonymous);
  }
  return audit;
}

function countDigests(): Promise<number> {
  return services.collection('audit_log').countDocuments({ subject_digest: { $exists: true } });
}

describe('account.erase-rest', () => {
  it('takes the digest off failures that were counted in memory meanwhile', async () => {
    const other = await failLogins();
    await deleteAndErase();
    services.clock.advance(2 * MINUTE);
    await other.close();
    expect(await countDigests()).toBe(1);

    await services.jobs.runDispatched();

    expect(await countDigests()).toBe(0);
    const ofAccount = { resource_id: accountId, source: { $exists: true } };
    expect(await services.collection('audit_log').countDocuments(ofAccount)).toBe(0);
  });

  it('leaves those of who has the name next', async () => {
    await deleteAndErase();
    services.clock.advance(1);
    await (await failLogins()).close();
    const before = await countDigests();

    await services.jobs.runDispatched();

    expect(await countDigests()).toBe(before);
  });

  it('erases what a request stored that was let in before, also when it is killed once', async () => {
    await deleteAndErase();
    notes.push('a late note');
    const event = { resourceType: 'notes', resourceId: '64b0000000000000000000bb' };
    const changes = { text: { old: null, new: 'by Ada' } };
    await services.audit.record([{ ...event, action: 'create', changes }], ownerOf(accountId));
    await services.notification.createOrUpdateAccountNotificationPreferences(
      { accountId, emailEnabled: true },
      ownerOf(accountId),
    );
    const [job] = services.jobs.dispatched;
    vi.spyOn(services.audit, 'pseudonymizeActor').mockRejectedValueOnce(new Error('killed'));
    await expect(services.jobs.run(job!.name, job!.payload)).rejects.toThrow('killed');

    await services.jobs.runDispatched();

    expect(notes).toEqual([]);
    const preferences = services.collection('account_notification_preferences');
    expect(await preferences.countDocuments()).toBe(0);
    const audit = services.collection('audit_log');
    expect(await audit.countDocuments({ actor_id: accountId })).toBe(0);
    expect(JSON.stringify(await audit.find().toArray())).not.toContain('by Ada');
    expect(await audit.distinct('actor_id', { actor_type: 'account' })).toHaveLength(1);
  });

  it('follows although the erasure was killed at its end', async () => {
    await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
    vi.spyOn(services.jobs, 'dispatchAfter').mockRejectedValueOnce(new Error('killed'));
    await expect(eraseNow()).rejects.toThrow('killed');

    await eraseNow();

    expect(services.jobs.dispatched).toMatchObject([{ name: 'account.erase-rest' }]);
  });

  it('is not needed for an account that was deleted long ago', async () => {
    await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
    services.clock.advance(30 * DAY);

    await services.jobs.run('account.erase-deleted');

    expect(await services.collection('accounts').countDocuments()).toBe(0);
    expect(services.jobs.dispatched).toEqual([]);
  });
});
