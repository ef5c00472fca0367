import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  anonymous,
  breakCollection,
  createServices,
  ownerOf,
  type TestServices,
} from './services.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const password = 'analytical engine';
const newPassword = 'difference engine';
const bait = 'claim your refund at https://evil.example/x';

let services: TestServices;

beforeAll(async () => {
  services = await createServices({ rateLimits: true });
  // As on a collection that an earlier backend created.
  await services.throwaway.database.driver.command({
    collMod: 'accounts',
    validationLevel: 'moderate',
  });
});
beforeEach(async () => {
  for (const name of [
    'accounts',
    'notification_deliveries',
    'notice_windows',
    'throttle_counters',
    'push_subscriptions',
    'sessions',
  ]) {
    await services.collection(name).deleteMany({});
  }
  services.outbox.emails.length = 0;
  services.jobs.dispatched.length = 0;
  services.debugged.length = 0;
});
afterAll(async () => {
  await services.throwaway.remove();
});

async function signUp(username: string, firstName = 'Ada'): Promise<string> {
  const { id } = await services.accounts.createAccountByUsernameAndPassword(
    { firstName, lastName: 'L', username, password },
    anonymous,
  );
  return id;
}

/** Stores what sign-up would refuse now, as an earlier program left it. */
async function store(fields: Record<string, unknown>): Promise<string> {
  const id = await signUp('placeholder');
  await services.collection('accounts').updateOne(
    {},
    { $set: fields },
    {
      bypassDocumentValidation: true,
    },
  );
  return id;
}

async function deliver(): Promise<readonly string[]> {
  services.outbox.emails.length = 0;
  await services.notification.deliverDueMessages();
  return services.outbox.emails.map(({ to, text }) => `${to}: ${text}`);
}

const change = (accountId: string, [from, to]: readonly string[] = [password, newPassword]) =>
  services.accounts.changeAccountPassword(
    { accountId, currentPassword: from!, newPassword: to! },
    ownerOf(accountId),
  );

/** Each act of security that tells the owner, and how it shows that it was done. */
const acts: Readonly<Record<string, (accountId: string) => Promise<void>>> = {
  'a change of password': async (accountId) => {
    await change(accountId);
    await change(accountId, [newPassword, password]);
  },
  'a reset': async (accountId) => {
    const { token } = await services.authentication.resetTokens.createPasswordResetToken(
      { accountId },
      anonymous,
    );
    await services.accounts.resetAccountPassword({ accountId, token, newPassword }, anonymous);
  },
  'the end of a session by reuse': async (accountId) => {
    await services.accounts.notifyAccountOfTokenReuse({ accountId }, anonymous);
  },
  'a deletion': async (accountId) => {
    await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
    expect(await services.collection('accounts').findOne({ active: true })).toBeNull();
  },
};

const recipients: Readonly<Record<string, Record<string, unknown>>> = {
  'an address of 256 characters': { username: `${'a'.repeat(244)}@example.org` },
  'an address with a long local part': { username: `${'a'.repeat(70)}@example.org` },
  'an address that ends in a list': { username: 'ada@example.org,eve@example.org' },
  'a lone surrogate': { username: 'a\ud800@example.org' },
  'a name that is no address': { username: 'ada' },
  'a number that no vendor takes': {
    username: '',
    phone_number: { country_code: '', phone_number: 'abc' },
  },
  'a number in a spelling of its own': {
    username: '',
    phone_number: { country_code: '91', phone_number: '0 99999 99999' },
  },
  'an odd first name': {
    username: 'ada@example.org',
    first_name: '\u202e\0<b>\ud800'.repeat(9_000),
  },
  'no first name': { username: 'ada@example.org', first_name: null },
};

describe.each(Object.keys(acts))('%s', (act) => {
  it.each(Object.keys(recipients))('succeeds for %s', async (whom) => {
    const accountId = await store(recipients[whom]!);

    await acts[act]!(accountId);

    await services.notification.deliverDueMessages();
    expect(
      await services.collection('notification_deliveries').countDocuments({
        status: 'queued',
      }),
    ).toBeLessThanOrEqual(2);
  });

  it('is undone when its notice cannot be stored: the database is away', async () => {
    const accountId = await signUp('ada@example.org');
    const before = await services.collection('accounts').findOne();
    const repair = await breakCollection(services, 'notification_deliveries');

    await expect(acts[act]!(accountId)).rejects.toThrow();

    await repair();
    expect(await services.collection('accounts').findOne()).toEqual(before);
  });
});

describe('a deletion', () => {
  it('removes push subscriptions that nobody can read any more', async () => {
    const accountId = await signUp('ada@example.org');
    const time = new Date();
    await services.collection('push_subscriptions').insertOne(
      {
        account_id: accountId,
        endpoint_hash: 'x',
        secret: Buffer.alloc(64),
        created_at: time,
        updated_at: time,
      },
      { bypassDocumentValidation: true },
    );

    await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));

    expect(await services.collection('push_subscriptions').countDocuments()).toBe(0);
  });
});

describe('where messages go', () => {
  const username = 'name@example.org';
  const email = 'proved@example.org';
  const phone_number = { country_code: '+91', phone_number: '9999999999' };
  const to = {
    name: 'name@example.org',
    email: 'proved@example.org',
    phone: '+919999999999',
  };

  it.each([
    ['a username alone', {}, [to.name]],
    ['a username that is no address', { username: 'ada' }, []],
    ['a proved address', { email, email_verified: true }, [to.email]],
    ['an address that is not proved', { email, email_verified: false }, [to.name]],
    ['a proved number', { phone_number, phone_number_proved: true }, [to.phone]],
    ['a number of an earlier backend', { phone_number }, [to.phone]],
    ['an unproved number', { phone_number, phone_number_proved: false }, [to.name]],
    ['both', { email, email_verified: true, phone_number }, [to.email, to.phone]],
  ])('is what is proved, or else the username: %s', async (_what, fields, recipients) => {
    const accountId = await store({ username, ...fields });
    services.outbox.smsMessages.length = 0;

    await services.accounts.notifyAccountOfTokenReuse({ accountId }, anonymous);

    await deliver();
    const { emails, smsMessages } = services.outbox;
    expect([...emails, ...smsMessages].map((message) => message.to)).toEqual(recipients);
  });

  it.each([
    ['a username alone', {}, [to.name]],
    ['a proved address', { email, email_verified: true }, [to.email]],
    ['a proved number', { phone_number }, []],
  ])('also for reset mails, of which a number gets none: %s', async (_what, fields, recipients) => {
    await signUp(username);
    await services.collection('accounts').updateOne({}, { $set: fields });

    await services.jobs.run('account.password-reset-request', { username });

    await deliver();
    expect(services.outbox.emails.map((message) => message.to)).toEqual(recipients);
  });

  it('is not, for reset mails, the username of an account that came after the proof of it', async () => {
    const { id } = await services.accounts.admitProvedEmail({ emailAddress: username }, anonymous);
    await signUp(username);

    await services.jobs.run('account.password-reset-request', { username });

    expect(id).toBeDefined();
    expect(await deliver()).toEqual([]);
  });

  it('is not the username of whose address somebody else has proved', async () => {
    const accountId = await signUp(username);
    await services.collection('accounts').updateOne({}, { $set: { phone_number } });
    const { id } = await services.accounts.admitProvedEmail({ emailAddress: username }, anonymous);

    await change(accountId);

    expect(id).not.toBe(accountId);
    expect(await deliver()).toEqual([]);
  });
});

describe('messages at the cost of a stranger', () => {
  it('are one for 25 changes of password, and one that sums up, without a word of the account', async () => {
    const accountId = await signUp('victim@example.org', bait);
    let passwords: readonly string[] = [password, newPassword];
    for (let times = 0; times < 25; times += 1) {
      await change(accountId, passwords);
      passwords = passwords.toReversed();
    }

    const [first, ...more] = await deliver();
    expect(more).toEqual([]);
    services.clock.advance(DAY);
    const summary = await deliver();
    expect(summary).toEqual([expect.stringContaining('was changed 24 times since')]);
    expect(`${first} ${summary[0]}`).not.toMatch(/evil|refund|claim/);
  });

  it('are not more for who deletes the account and signs up anew, in other cases', async () => {
    for (const username of ['victim@example.org', 'Victim@example.org', 'VICTIM@EXAMPLE.ORG']) {
      const accountId = await signUp(username, bait);
      await change(accountId);
      await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
    }

    const told = await deliver();
    services.clock.advance(DAY);
    const summedUp = await deliver();

    // One of each kind.
    expect(told).toHaveLength(2);
    expect(summedUp).toHaveLength(2);
    expect(summedUp).toContainEqual(expect.stringContaining('was deleted 2 times since'));
  });

  it('are held back when one source causes them for many', async () => {
    for (let index = 0; index < 25; index += 1) {
      await services.collection('throttle_counters').deleteMany({ key: /^sign-up/ });
      await change(await signUp(`victim${index}@example.org`));
    }

    expect(await deliver()).toHaveLength(20);
    services.clock.advance(HOUR);
    expect(await deliver()).toHaveLength(5);
  });

  it('are one, and one that sums up, when one mailbox gets them under many names', async () => {
    for (let index = 0; index < 12; index += 1) {
      await change(await signUp(`victim+${index}@example.org`));
    }

    expect(await deliver()).toHaveLength(1);
    services.clock.advance(DAY);
    expect(await deliver()).toEqual([expect.stringContaining('was changed 11 times since')]);
  });

  it('do not begin with what a stranger wrote in a reset mail', async () => {
    await signUp('victim@example.org', bait);
    await services.jobs.run('account.password-reset-request', { username: 'victim@example.org' });

    expect(await deliver()).toEqual([expect.stringMatching(/^victim@example\.org: Hello,\n/)]);
  });
});

describe('a reset mail', () => {
  it.each(['ada.lovelace', `${'a'.repeat(244)}@example.org`])(
    'is not sent to %s, which only a log of the level debug is told, without the name',
    async (username) => {
      await signUp(username);

      await services.jobs.run('account.password-reset-request', { username });

      expect(await deliver()).toEqual([]);
      expect(services.debugged).toEqual([expect.stringContaining('without an e-mail address')]);
      expect(services.debugged[0]).not.toContain(username);
    },
  );
});
