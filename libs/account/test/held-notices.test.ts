import { OperationContext } from '@org/core';
import { Long } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { anonymous, createServices, ownerOf, type TestServices } from './services.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const password = 'analytical engine';
const newPassword = 'difference engine';
const victim = 'victim@example.org';

let services: TestServices;

beforeAll(async () => {
  services = await createServices({ rateLimits: true });
});
beforeEach(async () => {
  for (const name of [
    'accounts',
    'account_identities',
    'notification_deliveries',
    'notice_windows',
    'throttle_counters',
    'sessions',
  ]) {
    await services.collection(name).deleteMany({});
  }
  await deliver();
});
afterAll(async () => {
  await services.throwaway.remove();
});

const from = (source: number) => OperationContext.anonymous('request-1', `192.0.2.${source}`);

async function signUp(username: string, context = anonymous): Promise<string> {
  const { id } = await services.accounts.createAccountByUsernameAndPassword(
    { firstName: 'Ada', lastName: 'L', username, password },
    context,
  );
  return id;
}

/** An account whose owner has proved the victim's address. */
async function signUpVictim(): Promise<string> {
  const { id } = await services.accounts.admitProvedEmail({ emailAddress: victim }, anonymous);
  return id;
}

async function signUpAndChangePassword(username: string): Promise<void> {
  await services.collection('throttle_counters').deleteMany({ key: /^sign-up/ });
  const accountId = await signUp(username);
  await services.accounts.changeAccountPassword(
    { accountId, currentPassword: password, newPassword },
    ownerOf(accountId),
  );
}

async function resetPassword(accountId: string): Promise<void> {
  const { token } = await services.authentication.resetTokens.createPasswordResetToken(
    { accountId },
    anonymous,
  );
  await services.accounts.resetAccountPassword({ accountId, token, newPassword }, anonymous);
}

async function startSessions(accountId: string, browser: string): Promise<void> {
  for (const system of ['Windows NT 10.0', 'Macintosh', 'X11; Linux', 'X11; CrOS']) {
    await services.authentication.createAccessToken(
      {
        accountId,
        userAgent: `Mozilla/5.0 (${system}) ${browser}`,
        ip: '192.0.2.1',
        onNewDevice: (device, transaction) =>
          services.accounts.notifyAccountOfNewDevice(device, transaction),
      },
      anonymous,
    );
  }
}

async function deliver(): Promise<readonly string[]> {
  services.outbox.emails.length = 0;
  await services.notification.deliverDueMessages();
  return services.outbox.emails.map(({ to, text }) => `${to}: ${text}`);
}

describe('what is held back', () => {
  async function signUpAndDelete(name: string, source: number): Promise<void> {
    const accountId = await signUp(name, from(source));
    const owner = from(source).withActor({ type: 'account', id: accountId });
    await services.accounts.deletion.deleteAccount({ accountId }, owner);
  }

  it('is one of a kind a day for a mailbox that nobody has proved, under forty names', async () => {
    for (let index = 0; index < 40; index += 1) {
      await signUpAndDelete(`box+${index}@example.com`, 1 + (index % 3));
    }

    expect(await deliver()).toHaveLength(1);
    services.clock.advance(DAY);
    await signUpAndDelete('box+again@example.com', 4);
    expect(await deliver()).toEqual([expect.stringContaining('was deleted 40 times since')]);
    await signUpAndDelete('box+more@example.com', 4);
    services.clock.advance(DAY - 1);
    expect(await deliver()).toEqual([]);
    services.clock.advance(1);
    expect(await deliver()).toHaveLength(1);
  });

  it('keeps within the ten a day of a mailbox when it becomes due, and is told at last', async () => {
    const accountId = await signUpVictim();
    await startSessions(accountId, 'Chrome/131');
    await startSessions(accountId, 'Firefox/133');
    await startSessions(accountId, 'Vivaldi/7');
    await resetPassword(accountId);
    await services.accounts.notifyAccountOfTokenReuse({ accountId }, anonymous);
    expect(await deliver()).toHaveLength(10);

    services.clock.advance(DAY);
    await startSessions(accountId, 'OPR/115');
    await startSessions(accountId, 'Edg/131');
    const told = await deliver();
    services.clock.advance(DAY);
    const toldLater = await deliver();

    expect(told).toHaveLength(10);
    expect(toldLater).toHaveLength(1);
    const all = [...told, ...toldLater].join('\n');
    expect(all).toContain('The password of your account was changed');
    expect(all).toContain('was used from two places at once');
  });

  it('keeps within the twenty an hour of its source when it becomes due', async () => {
    for (let index = 0; index < 35; index += 1) {
      await signUpAndChangePassword(`held${index}@example.org`);
    }
    expect(await deliver()).toHaveLength(20);

    services.clock.advance(HOUR);
    for (let index = 0; index < 10; index += 1) {
      await signUpAndChangePassword(`later${index}@example.org`);
    }

    expect(await deliver()).toHaveLength(20);
    services.clock.advance(HOUR);
    expect(await deliver()).toHaveLength(5);
  });
});

describe('a held notice that another program wrote so that no worker claims it', () => {
  it.each([
    { channel: 'fax' },
    { next_attempt_at: new Date('2990-01-01') },
    { expires_at: 'never' },
    { attempts: Long.MAX_VALUE },
    { attempts: [1] },
    { times: Long.MAX_VALUE },
    { times: 'twice' },
    { last_error: 5 },
    { topic: 5 },
    { created_at: 'yesterday' },
  ])('keeps no other notice from being told: %o', async (odd) => {
    const accountId = await signUpVictim();
    await services.accounts.notifyAccountOfTokenReuse({ accountId }, anonymous);
    await services.accounts.notifyAccountOfTokenReuse({ accountId }, anonymous);
    const held = { status: 'queued', times: 1 };
    const written = await services
      .collection('notification_deliveries')
      .updateOne(held, { $set: odd }, { bypassDocumentValidation: true });
    expect(written.modifiedCount).toBe(1);
    await deliver();

    await services.accounts.notifyAccountOfTokenReuse({ accountId }, anonymous);

    services.clock.advance(DAY);
    expect(await deliver()).toContainEqual(expect.stringContaining('from two places at once'));
  });
});

describe('a notice to a proved address', () => {
  it('is not delayed by the same of a stranger who took it as a username', async () => {
    const accountId = await signUpVictim();
    await signUpAndChangePassword(victim);
    await deliver();

    await resetPassword(accountId);

    expect(await deliver()).toEqual([expect.stringContaining('was changed')]);
  });

  it('is not delayed by strangers who used up what its mailbox and source may get', async () => {
    const accountId = await signUpVictim();
    for (let index = 0; index < 20; index += 1) {
      const recipient = index < 10 ? victim : `other${index}@example.org`;
      await services.throttle.countNotice({ recipient }, anonymous);
    }

    await resetPassword(accountId);

    expect(await deliver()).toEqual([expect.stringContaining('was changed')]);
  });

  it('is one of ten a day, however often its holder deletes the account and signs up anew', async () => {
    let told = 0;
    for (let account = 0; account < 3; account += 1) {
      const accountId = await signUpVictim();
      await startSessions(accountId, 'Chrome/131');
      await startSessions(accountId, 'Firefox/133');
      told += (await deliver()).length;
      await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
    }

    expect(told + (await deliver()).length).toBe(10);
  });

  it('is told once a day for each account, apart from what strangers cause', async () => {
    const accountId = await signUpVictim();
    for (let times = 0; times < 3; times += 1) {
      await services.accounts.notifyAccountOfTokenReuse({ accountId }, anonymous);
    }
    const strangerId = await signUp(victim);
    await services.accounts.notifyAccountOfTokenReuse({ accountId: strangerId }, anonymous);

    expect(await deliver()).toHaveLength(2);
    services.clock.advance(DAY);
    expect(await deliver()).toEqual([expect.stringContaining('2 times since')]);
  });
});
