import { AccountBadRequestError, AccountInvalidCredentialsError } from '@org/account';
import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ada, anonymous, createServices, ownerOf, type TestServices } from './services.ts';

const emailAddress = 'Ada@example.com';
const username = 'ada@example.com';
const password = ada.password;
const origin = { userAgent: '', ip: '192.0.2.1' };
const phone_number = { country_code: '+91', phone_number: '9999999999' };

let services: TestServices;
let onPolicy: () => Promise<unknown> = async () => undefined;

beforeAll(async () => {
  const signUpPolicy = async () => {
    await onPolicy();
  };
  services = await createServices({ policies: { signUpPolicy } });
});
beforeEach(async () => {
  onPolicy = async () => undefined;
  for (const name of [
    'accounts',
    'account_identities',
    'notification_deliveries',
    'notice_windows',
    'sessions',
  ]) {
    await services.collection(name).deleteMany({});
  }
  services.outbox.emails.length = 0;
});
afterAll(async () => {
  await services.throwaway.remove();
});

async function signUp(): Promise<string> {
  const form = { ...ada, username };
  return (await services.accounts.createAccountByUsernameAndPassword(form, anonymous)).id;
}

function admit(more: object = {}, address = emailAddress) {
  return services.accounts.admitProvedEmail({ emailAddress: address, ...more }, anonymous);
}

function stored(id: string) {
  return services.collection('accounts').findOne({ _id: new ObjectId(id) });
}

async function identities(accountId: string): Promise<unknown[]> {
  const found = services.collection('account_identities').find({ account_id: accountId });
  return (await found.sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
}

async function setContacts(id: string, contacts: object): Promise<void> {
  await services.collection('accounts').updateOne({ _id: new ObjectId(id) }, { $set: contacts });
}

async function mails(): Promise<string[]> {
  await services.notification.deliverDueMessages();
  return services.outbox.emails.map(({ to, subject }) => `${to}: ${subject}`).sort();
}

async function isLoggedIn(token: string): Promise<boolean> {
  return services.authentication.verifyAccessToken({ token }, anonymous).then(
    () => true,
    () => false,
  );
}

function canLogIn(form: { password: string }): Promise<boolean> {
  const params = { username, ...form };
  return services.accounts.getAccountByUsernameAndPassword(params, anonymous).then(
    () => true,
    () => false,
  );
}

describe('an address that nobody has', () => {
  it('becomes a new account with it, and logs in to that from then on', async () => {
    const first = await admit({ firstName: 'Ada', lastName: 'Lovelace' });
    const second = await admit({ firstName: 'Eve' }, 'ADA@EXAMPLE.com');

    expect(first).toMatchObject({
      email: emailAddress,
      emailVerified: true,
      firstName: 'Ada',
      lastName: 'Lovelace',
      username: '',
    });
    expect(second).toEqual(first);
    expect(await stored(first.id)).toMatchObject({
      email: emailAddress,
      email_verified: true,
      hashed_password: '',
      identity_version: 1,
    });
    expect(
      await services.collection('account_identities').find({ account_id: first.id }).toArray(),
    ).toEqual([
      expect.objectContaining({
        _id: 'email:ada@example.com',
        kind: 'email',
        value: emailAddress,
        verified_at: services.clock.now(),
      }),
    ]);
    expect(
      await services.notification.getAccountNotificationPreferencesByAccountId(
        { accountId: first.id },
        anonymous,
      ),
    ).toMatchObject({ emailEnabled: true });
  });

  it.each([
    ['is repeated', password, true],
    ['is another', 'difference engine', false],
    ['is not repeated', undefined, false],
  ])('has the password that was sent before, only if it %s', async (_what, repeated, has) => {
    const hashedPassword = await hashOf(password);

    await admit({ hashedPassword, password: repeated });

    const params = { emailAddress, password };
    const login = services.accounts.getAccountByEmailAndPassword(params, anonymous);
    await (has
      ? expect(login).resolves.toMatchObject({ email: emailAddress })
      : expect(login).rejects.toThrow(AccountInvalidCredentialsError));
  });

  it('has no password that nobody sent before', async () => {
    const { id } = await admit({ password });

    expect(await stored(id)).toMatchObject({ hashed_password: '' });
  });

  it('is one account, however many prove it at once in whatever spelling', async () => {
    const spellings = [
      'ada@example.com',
      'ADA@example.com',
      'ada@EXAMPLE.COM',
      'ａｄａ@example.com',
    ];
    const admitted = await Promise.all(
      Array.from({ length: 50 }, (_, index) => admit({}, spellings[index % spellings.length])),
    );

    expect(new Set(admitted.map(({ id }) => id)).size).toBe(1);
    expect(await services.collection('accounts').countDocuments()).toBe(1);
  });

  it.each(['', 'ada', 'ada@example', 'a@b.c, d@e.f', `${'a'.repeat(300)}@example.com`])(
    'is refused if it is none: %s',
    async (address) => {
      await expect(admit({}, address)).rejects.toThrow(AccountBadRequestError);
    },
  );
});

async function hashOf(text: string): Promise<string> {
  const form = { ...ada, username: 'other', password: text };
  const { id } = await services.accounts.createAccountByUsernameAndPassword(form, anonymous);
  const { hashed_password: hash } = (await stored(id))!;
  await services.accounts.deletion.deleteAccount({ accountId: id }, ownerOf(id));
  return hash as string;
}

/** What the account is like whose username somebody proves. */
const states: Readonly<Record<string, (id: string) => Promise<void>>> = {
  'no proved contact': async () => undefined,
  'an unproved number': (id) => setContacts(id, { phone_number, phone_number_proved: false }),
  'a proved number': (id) => setContacts(id, { phone_number, phone_number_proved: true }),
  'a number of which an earlier backend said nothing': (id) => setContacts(id, { phone_number }),
  'another proved address': (id) =>
    setContacts(id, { email: 'lovelace@example.com', email_verified: true }),
  'been deleted': (accountId) =>
    services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId)),
};
const PROVABLE = ['no proved contact', 'an unproved number'];

/** What whoever proves the address knows of the account. */
const provers: Readonly<Record<string, (id: string) => object>> = {
  'is logged in to it': (actingAccountId) => ({ actingAccountId }),
  'sends its password': () => ({ password }),
  'sends another password': () => ({ password: 'difference engine' }),
  'is logged in to another': () => ({ actingAccountId: new ObjectId().toHexString() }),
  'sends nothing': () => ({}),
};
const OWNERS = ['is logged in to it', 'sends its password'];

const table = Object.keys(states).flatMap((state) =>
  Object.keys(provers).map((prover) => [state, prover] as const),
);

describe('an address that is a username', () => {
  it.each(table)('of an account with %s, if its prover %s', async (state, prover) => {
    const id = await signUp();
    const { token } = await services.authentication.createAccessToken(
      { accountId: id, ...origin },
      anonymous,
    );
    await states[state]!(id);
    await mails();
    services.outbox.emails.length = 0;
    const before = await stored(id);

    const admitted = await admit(provers[prover]!(id));

    const after = (await stored(id))!;
    if (!PROVABLE.includes(state)) {
      expect(admitted.id).not.toBe(id);
      expect(await stored(admitted.id)).toMatchObject({ username: '', hashed_password: '' });
      expect(after).toEqual(before);
      expect(await mails()).toEqual([]);
      return;
    }
    expect(admitted.id).toBe(id);
    expect(after).toMatchObject({ email: emailAddress, email_verified: true });
    expect(admitted.sessionEpoch).toBe(after['session_epoch'] ?? 0);
    const isOwner = OWNERS.includes(prover);
    expect(await isLoggedIn(token)).toBe(isOwner);
    expect(await canLogIn({ password })).toBe(isOwner);
    expect(after['phone_number']).toEqual(isOwner ? before!['phone_number'] : null);
    expect(after['phone_number_proved']).toBe(isOwner ? before!['phone_number_proved'] : undefined);
    expect(await mails()).toEqual(
      isOwner
        ? []
        : ['Ada@example.com: Reset your password', 'Ada@example.com: Your account is confirmed'],
    );
  });

  it.each(Object.keys(provers))(
    'of an account that was made after the code was asked for, if its prover %s',
    async (prover) => {
      const hashedPassword = await hashOf(password);
      const id = await signUp();

      const admitted = await admit({ ...provers[prover]!(id), hashedPassword });

      expect(admitted.id).toBe(id);
      expect(await canLogIn({ password })).toBe(OWNERS.includes(prover));
    },
  );

  it('of an account that is made while it is proved', async () => {
    const hashedPassword = await hashOf(password);
    let id = '';
    onPolicy = async () => {
      onPolicy = async () => undefined;
      id = await signUp();
    };

    const admitted = await admit({ password, hashedPassword });

    expect(admitted.id).toBe(id);
    expect(await stored(id)).toMatchObject({ hashed_password: '', email: emailAddress });
  });

  it('takes the unproved number away, so that nobody proves it for the account', async () => {
    const id = await signUp();
    await states['an unproved number']!(id);
    const phone = { _id: 'phone:+919999999999', account_id: id, kind: 'phone', value: '' };
    const times = { created_at: new Date(), updated_at: new Date() };
    await services.collection('account_identities').insertOne({ ...phone, ...times } as never);

    await admit();

    expect(await identities(id)).toEqual(['email:ada@example.com', 'username:ada@example.com']);
    expect(await stored(id)).toMatchObject({ identity_version: 2 });
  });

  it('also in another spelling of its domain', async () => {
    const form = { ...ada, username: 'ada@exämple.com' };
    const { id } = await services.accounts.createAccountByUsernameAndPassword(form, anonymous);

    expect((await admit({}, 'ada@xn--exmple-cua.com')).id).toBe(id);
    expect(await identities(id)).toContain('email:ada@xn--exmple-cua.com');
  });

  it('does not become that of another account which proved it at the same time', async () => {
    const id = await signUp();

    const admitted = await Promise.all(Array.from({ length: 10 }, () => admit()));

    expect(new Set(admitted.map((each) => each.id))).toEqual(new Set([id]));
  });

  it('can be found by it, as long as nothing else of the account is proved', async () => {
    const id = await signUp();
    const find = (address: string) =>
      services.accounts.findAccountByEmail({ emailAddress: address }, anonymous);

    expect(await find('ADA@example.com')).toMatchObject({ id });
    expect(await find('eve@example.com')).toBeUndefined();
    expect(await find('ada')).toBeUndefined();
    await setContacts(id, { phone_number, phone_number_proved: true });
    expect(await find(emailAddress)).toBeUndefined();
  });

  it('logs in with a password only once it is proved', async () => {
    await signUp();
    const params = { emailAddress, password };
    const logIn = () => services.accounts.getAccountByEmailAndPassword(params, anonymous);

    await expect(logIn()).rejects.toThrow(AccountInvalidCredentialsError);
    await admit({ password });
    await expect(logIn()).resolves.toMatchObject({ username });
  });
});

describe('the address of a deleted account', () => {
  it('is free, and refused to the deleted one once another has it', async () => {
    const { id: accountId } = await admit();
    await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
    expect(await identities(accountId)).toEqual([]);

    const { id } = await admit();

    expect(id).not.toBe(accountId);
    await expect(
      services.accounts.deletion.restoreAccount({ accountId }, anonymous),
    ).rejects.toMatchObject({ code: 'ACCOUNT_ERR_06', httpStatus: 409 });
  });
});
