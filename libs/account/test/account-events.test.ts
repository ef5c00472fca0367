import { accountCreated, accountDeleted, accountErased, accountProfileUpdated } from '@org/account';
import { defineError } from '@org/core';
import { RecordingAuditTrail } from '@org/core/testing';
import { Events } from '@org/events';
import { RecordingEvents } from '@org/events/testing';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { ada, anonymous, connect, createClock, createServices, ownerOf } from './services.ts';

const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };

class NotInvitedError extends defineError('BILLING_ERR_01', 403) {
  constructor() {
    super('You need an invitation.');
  }
}

describe('what happens to an account is told', () => {
  let events: RecordingEvents;

  async function createRecorded() {
    events = new RecordingEvents();
    const services = await createServices({ events });
    onTestFinished(() => services.throwaway.remove());
    return services;
  }

  function told(): readonly string[] {
    return events.published.splice(0).map(({ name }) => name);
  }

  it('from its creation to its erasure', async () => {
    const { accounts, clock } = await createRecorded();
    const { id: accountId } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);
    expect(events.published).toEqual([{ name: 'account.created', payload: { accountId } }]);
    told();
    const owner = ownerOf(accountId);

    await accounts.updateAccountProfile({ accountId, firstName: 'Augusta', lastName: null }, owner);
    expect(events.published.splice(0)).toEqual([
      { name: 'account.profile-updated', payload: { accountId, fields: ['firstName'] } },
    ]);
    await accounts.updateAccountProfile({ accountId, firstName: null, lastName: null }, owner);
    expect(told()).toEqual([]);

    const change = { currentPassword: ada.password, newPassword: 'difference engine' };
    await accounts.changeAccountPassword({ accountId, ...change }, owner);
    expect(told()).toEqual(['account.password-changed']);

    await accounts.deletion.deleteAccount({ accountId }, owner);
    expect(told()).toEqual(['account.deleted']);
    await accounts.deletion.restoreAccount({ accountId }, anonymous);
    expect(told()).toEqual(['account.restored']);
    await accounts.deletion.deleteAccount({ accountId }, owner);
    clock.advance(1);
    await accounts.deletion.eraseAccount({ accountId }, anonymous);
    expect(events.published.at(-1)).toEqual({ name: 'account.erased', payload: { accountId } });
  });

  it('also of one that is made with a phone number', async () => {
    const { accounts } = await createRecorded();
    const form = { phoneNumber };
    const { id: accountId } = await accounts.getOrCreateAccountByPhoneNumber(form, anonymous);
    expect(told()).toEqual(['account.created']);

    await accounts.proveAccountPhoneNumber({ accountId }, ownerOf(accountId));
    await accounts.proveAccountPhoneNumber({ accountId }, ownerOf(accountId));
    expect(told()).toEqual(['account.phone-number-proved']);
  });

  it('with its sessions', async () => {
    const { accounts, authentication } = await createRecorded();
    const { id: accountId } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);
    told();
    const session = { accountId, userAgent: 'test', ip: '192.0.2.1' };
    await authentication.createAccessToken(session, anonymous);
    const { sessionId } = events.published[0]!.payload as { sessionId: string };
    expect(events.published.splice(0)).toEqual([
      { name: 'authentication.session-started', payload: { accountId, sessionId } },
    ]);

    await authentication.endSession({ accountId, sessionId }, ownerOf(accountId));
    await authentication.endSession({ accountId, sessionId }, ownerOf(accountId));
    expect(events.published).toEqual([
      { name: 'authentication.session-ended', payload: { accountId, sessionId } },
    ]);
  });

  it('with the reuse of a refresh token, which ends the session', async () => {
    const { accounts, authentication, clock } = await createRecorded();
    const { id: accountId } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);
    const session = { accountId, userAgent: 'test', ip: '192.0.2.1' };
    const { refreshToken } = await authentication.createAccessToken(session, anonymous);
    await authentication.refreshAccessToken({ refreshToken, ...session }, anonymous);
    clock.advance(31_000);
    told();

    const reused = authentication.refreshAccessToken({ refreshToken, ...session }, anonymous);

    await expect(reused).rejects.toThrow();
    expect(told()).toEqual(['authentication.refresh-token-reused', 'authentication.session-ended']);
  });
});

describe('a listener', () => {
  let services: Awaited<ReturnType<typeof createServices>>;
  let events: Events;

  beforeEach(async () => {
    const clock = createClock();
    const throwaway = await connect(clock);
    onTestFinished(() => throwaway.remove());
    const { database } = throwaway;
    events = Events.create({ database, audit: new RecordingAuditTrail(), clock });
    await events.initialize();
    services = await createServices({ events, throwaway, clock });
  });

  it('can refuse a sign-up with its own error; nothing of it stays', async () => {
    const { accounts, collection } = services;
    events.on(accountCreated, { name: 'billing.invitation', during: 'transaction' }, async () => {
      throw new NotInvitedError();
    });

    await expect(accounts.createAccountByUsernameAndPassword(ada, anonymous)).rejects.toThrow(
      NotInvitedError,
    );
    await expect(
      accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous),
    ).rejects.toThrow(NotInvitedError);
    for (const name of ['accounts', 'account_notification_preferences', 'otps']) {
      expect(await collection(name).countDocuments()).toBe(0);
    }
  });

  it('can refuse a change and a deletion, and stores its part of what it accepts', async () => {
    const { accounts, collection } = services;
    const { id: accountId } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);
    const veto = async () => {
      throw new NotInvitedError();
    };
    events.on(accountProfileUpdated, { name: 'a', during: 'transaction' }, veto);
    events.on(accountDeleted, { name: 'b', during: 'transaction' }, veto);
    const owner = ownerOf(accountId);

    const update = accounts.updateAccountProfile({ accountId, firstName: 'Eve' }, owner);
    await expect(update).rejects.toThrow(NotInvitedError);
    const deletion = accounts.deletion.deleteAccount({ accountId }, owner);
    await expect(deletion).rejects.toThrow(NotInvitedError);

    expect(await collection('accounts').findOne()).toMatchObject({
      active: true,
      first_name: 'Ada',
    });
    expect(() => events.on(accountErased, { name: 'c', during: 'transaction' }, veto)).toThrow();
  });

  it('hears later of every account, one event each', async () => {
    const { accounts } = services;
    const heard: string[] = [];
    events.on(accountCreated, { name: 'billing.open-customer' }, async ({ payload }) => {
      heard.push(payload.accountId);
    });
    const { id } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);

    await events.queue.drain();

    expect(heard).toEqual([id]);
  });
});
