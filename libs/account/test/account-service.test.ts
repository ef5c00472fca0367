import {
  AccountBadRequestError,
  AccountInvalidCredentialsError,
  AccountNotFoundError,
  AccountWithIdNotFoundError,
  AccountWithUserNameExistsError,
} from '@org/account';
import type { AccountService } from '@org/account';
import { hash } from 'argon2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  ada,
  anonymous as context,
  breakCollection,
  createServices,
  type TestServices,
} from './services.ts';

let services: TestServices;
let accounts: AccountService;

beforeAll(async () => {
  services = await createServices();
  accounts = services.accounts;
});
beforeEach(async () => {
  await documents().deleteMany({});
  await preferences().deleteMany({});
});
afterAll(async () => {
  await services.throwaway.remove();
});

function documents() {
  return services.throwaway.database.collection('accounts');
}

function preferences() {
  return services.throwaway.database.collection('account_notification_preferences');
}

describe('createAccountByUsernameAndPassword', () => {
  it('returns the account without a hash', async () => {
    const account = await accounts.createAccountByUsernameAndPassword(ada, context);

    expect(account).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      firstName: 'Ada',
      lastName: 'Lovelace',
      username: 'ada',
      email: null,
      emailVerified: false,
      phoneNumber: null,
      phoneNumberVerified: false,
      createdAt: services.clock.now(),
      updatedAt: services.clock.now(),
    });
  });

  it('stores the document of the contract', async () => {
    await accounts.createAccountByUsernameAndPassword(ada, context);

    const stored = await documents().findOne();
    expect(stored).toEqual({
      _id: expect.anything(),
      active: true,
      first_name: 'Ada',
      last_name: 'Lovelace',
      username: 'ada',
      hashed_password: expect.stringMatching(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/),
      phone_number: null,
      email: null,
      email_verified: false,
      identity_version: 1,
      created_at: services.clock.now(),
      updated_at: services.clock.now(),
    });
  });

  it('hashes with the parameters of OWASP unless told otherwise', async () => {
    const { accounts: defaults, throwaway } = await createServices({
      settings: { passwordHashing: {} },
    });

    await defaults.createAccountByUsernameAndPassword(ada, context);

    const stored = await throwaway.database.collection('accounts').findOne();
    expect(stored!['hashed_password']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await throwaway.remove();
  });

  it('creates notification preferences with it, all true', async () => {
    const { id } = await accounts.createAccountByUsernameAndPassword(ada, context);

    expect(
      await accounts.getAccountNotificationPreferencesByAccountId({ accountId: id }, context),
    ).toMatchObject({ accountId: id, emailEnabled: true, pushEnabled: true, smsEnabled: true });
  });

  it('stores neither account nor preferences when one of them fails', async () => {
    const repair = await breakCollection(services, 'account_notification_preferences');

    await expect(accounts.createAccountByUsernameAndPassword(ada, context)).rejects.toThrow();

    expect(await documents().countDocuments()).toBe(0);
    await repair();
  });

  it.each(['ada', 'ADA', ' Ada ', 'ａｄａ'])('refuses %j when ada exists', async (username) => {
    await accounts.createAccountByUsernameAndPassword(ada, context);

    const again = accounts.createAccountByUsernameAndPassword({ ...ada, username }, context);

    await expect(again).rejects.toThrow(AccountWithUserNameExistsError);
    await expect(again).rejects.toMatchObject({
      code: 'ACCOUNT_ERR_01',
      httpStatus: 409,
      message: expect.stringMatching(/ada/i),
    });
    expect(await documents().countDocuments()).toBe(1);
    expect(await preferences().countDocuments()).toBe(1);
  });

  it('lets the username of a deleted account be taken again', async () => {
    await accounts.createAccountByUsernameAndPassword(ada, context);
    await documents().updateMany({}, { $set: { active: false } });

    await expect(accounts.createAccountByUsernameAndPassword(ada, context)).resolves.toMatchObject({
      username: 'ada',
    });
  });

  it('keeps usernames that differ by more than case apart', async () => {
    for (const username of ['jose', 'josé', 'jos e', 'josee']) {
      await accounts.createAccountByUsernameAndPassword({ ...ada, username }, context);
    }

    expect(await documents().countDocuments()).toBe(4);
  });

  it.each([
    ['an empty username', { username: '' }, 'username must not be empty'],
    ['a blank username', { username: ' \t' }, 'username must not be empty'],
    ['a line break', { username: 'a\nb' }, 'control or invisible'],
    ['a NUL', { username: 'a\u0000b' }, 'control or invisible'],
    ['a zero-width space', { username: 'a\u200bb' }, 'control or invisible'],
    ['a right-to-left override', { username: 'a\u202eb' }, 'control or invisible'],
    ...[
      '115f',
      '1160',
      '1680',
      '2800',
      '2d7f',
      '3164',
      'ffa0',
      '13441',
      '13442',
      '16fe4',
      '1d159',
    ].map((blank): [string, object, string] => [
      `the blank U+${blank.toUpperCase()}`,
      { username: `a${String.fromCodePoint(Number.parseInt(blank, 16))}b` },
      'control or invisible',
    ]),
    ['a lone surrogate', { username: 'a\ud800b' }, 'well-formed Unicode'],
    ['accents without a letter', { username: '\u0591\u0610' }, 'a letter or a number'],
    ['signs alone', { username: '---' }, 'a letter or a number'],
    ['an endless username', { username: 'a'.repeat(257) }, 'at most 256'],
    ['an endless first name', { firstName: 'a'.repeat(257) }, 'first_name must have at most 256'],
    ['a last name with a NUL', { lastName: 'a\u0000' }, 'last_name must not have control'],
    ['a password of 7', { password: '1234567' }, 'at least 8'],
    ['a password of 7 emoji', { password: '🔑'.repeat(7) }, 'at least 8'],
    ['a password of 129', { password: 'x'.repeat(129) }, 'at most 128'],
  ])('refuses %s and stores nothing', async (_what, change, message) => {
    const creating = accounts.createAccountByUsernameAndPassword({ ...ada, ...change }, context);

    await expect(creating).rejects.toThrow(AccountBadRequestError);
    await expect(creating).rejects.toThrow(message);
    expect(await documents().countDocuments()).toBe(0);
  });

  it('counts code points and takes any of them in a password', async () => {
    const password = '🔑 pässwörd '.repeat(10);
    await accounts.createAccountByUsernameAndPassword({ ...ada, password }, context);

    await accounts.getAccountByUsernameAndPassword({ username: 'ada', password }, context);
  });

  it('takes the shortest password from a setting', async () => {
    const { accounts: strict, throwaway } = await createServices({
      settings: { passwordMinimumLength: 15 },
    });
    const password = '12345678901234';

    const creating = strict.createAccountByUsernameAndPassword({ ...ada, password }, context);

    await expect(creating).rejects.toThrow('at least 15');
    await throwaway.remove();
  });

  it('judges no password at login, which may be older than the rule', async () => {
    const created = await accounts.createAccountByUsernameAndPassword(ada, context);
    const cheap = { memoryCost: 8, timeCost: 1, parallelism: 1 };
    const hashed_password = await hash('short', cheap);
    await documents().updateOne({ username: ada.username }, { $set: { hashed_password } });

    const account = await accounts.getAccountByUsernameAndPassword(
      { username: ada.username, password: 'short' },
      context,
    );

    expect(account.id).toBe(created.id);
  });
});

describe('parallel sign-ups of one username', () => {
  const VARIANTS = ['gr\u00e2ce', 'Gr\u00c2ce', 'GRA\u0302CE', ' gra\u0302ce', 'ｇｒ\u00e2ｃｅ'];

  it('make one account each, 100 rounds of 50', async () => {
    for (let round = 0; round < 100; round += 1) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 50 }, (_, index) =>
          accounts.createAccountByUsernameAndPassword(
            { ...ada, username: `${VARIANTS[index % VARIANTS.length]}${round}` },
            context,
          ),
        ),
      );

      const failures = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [(outcome.reason as Error).name] : [],
      );
      expect(failures).toEqual(Array(49).fill('AccountWithUserNameExistsError'));
    }
    expect(await documents().countDocuments()).toBe(100);
    expect(await preferences().countDocuments()).toBe(100);
  });
});

describe('getAccountByUsernameAndPassword', () => {
  beforeEach(async () => {
    await accounts.createAccountByUsernameAndPassword(ada, context);
  });

  it.each(['ada', 'ADA', ' ada ', 'ａｄａ'])('finds the account by %j', async (username) => {
    const { password } = ada;

    expect(
      await accounts.getAccountByUsernameAndPassword({ username, password }, context),
    ).toMatchObject({ username: 'ada', firstName: 'Ada' });
  });

  it('takes a password typed as other code points for the same', async () => {
    const typed = { ...ada, username: 'zoe', password: 'Zo\u00eb \ufb01nds it' };
    await accounts.createAccountByUsernameAndPassword(typed, context);

    await accounts.getAccountByUsernameAndPassword(
      { username: 'zoe', password: 'Zoe\u0308 finds it' },
      context,
    );
  });

  it('tells passwords apart that differ at character 100', async () => {
    const password = 'x'.repeat(99);
    await accounts.createAccountByUsernameAndPassword(
      { ...ada, username: 'long', password: `${password}a` },
      context,
    );

    const login = accounts.getAccountByUsernameAndPassword(
      { username: 'long', password: `${password}b` },
      context,
    );

    await expect(login).rejects.toThrow(AccountInvalidCredentialsError);
  });

  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['an empty password', { password: '' }],
    ['an unknown username', { username: 'grace' }],
    ['an empty username', { username: '' }],
    ['a username that none can have', { username: 'a\u0000da' }],
  ])('gives the same error for %s', async (_what, change) => {
    const login = accounts.getAccountByUsernameAndPassword(
      { username: ada.username, password: ada.password, ...change },
      context,
    );

    await expect(login).rejects.toThrow(AccountInvalidCredentialsError);
    await expect(login).rejects.toMatchObject({
      code: 'ACCOUNT_ERR_03',
      httpStatus: 401,
      message: 'The credentials are wrong.',
    });
  });

  it.each([
    ['deleted', { active: false }],
    ['without a password', { hashed_password: '' }],
  ])('gives that error for an account that is %s', async (_what, change) => {
    await documents().updateMany({}, { $set: change });

    await expect(accounts.getAccountByUsernameAndPassword(ada, context)).rejects.toThrow(
      AccountInvalidCredentialsError,
    );
  });
});

describe('what authentication asks about an account that is logged in', () => {
  let accountId: string;

  beforeEach(async () => {
    ({ id: accountId } = await accounts.createAccountByUsernameAndPassword(ada, context));
  });

  it('is answered by its id, after the right password or without one', async () => {
    const { password } = ada;
    const expected = { id: accountId, phoneNumber: null, sessionEpoch: 0 };

    expect(
      await accounts.getAccountByIdAndPassword({ accountId, password }, context),
    ).toMatchObject(expected);
    expect(await accounts.findAccountForLogin({ accountId }, context)).toMatchObject(expected);
  });

  it.each([
    ['a wrong password', { password: 'wrong' }, {}],
    ['an unknown id', { accountId: '64b000000000000000000001' }, {}],
    ['no id', { accountId: 'ada' }, {}],
    ['an account without a password', {}, { hashed_password: '' }],
    ['a deleted account', {}, { active: false }],
  ])('gives the error of a login for %s', async (_what, params, change) => {
    await documents().updateMany({}, { $set: { updated_at: new Date(), ...change } });
    const proof = { accountId, password: ada.password, ...params };

    await expect(accounts.getAccountByIdAndPassword(proof, context)).rejects.toThrow(
      AccountInvalidCredentialsError,
    );
  });

  it('is not answered for one that is deleted', async () => {
    await documents().updateMany({}, { $set: { active: false } });

    expect(await accounts.findAccountForLogin({ accountId }, context)).toBeUndefined();
  });
});

describe('getAccountById', () => {
  it('finds the account', async () => {
    const created = await accounts.createAccountByUsernameAndPassword(ada, context);

    expect(await accounts.getAccountById({ id: created.id }, context)).toEqual(created);
  });

  it('reads an account that an earlier backend wrote', async () => {
    const written = {
      active: true,
      first_name: '',
      last_name: '',
      username: '',
      hashed_password: '',
      phone_number: { country_code: '+91', phone_number: '9999999999' },
      created_at: new Date('2020-01-01T00:00:00.000Z'),
      updated_at: new Date('2020-01-01T00:00:00.000Z'),
    };
    const { insertedId } = await documents().insertOne({ ...written });

    expect(await accounts.getAccountById({ id: insertedId.toString() }, context)).toMatchObject({
      phoneNumber: { countryCode: '+91', phoneNumber: '9999999999' },
    });
  });

  it.each(['64b000000000000000000001', 'malformed', '', 'x'.repeat(5_000)])(
    'says so when there is no account %s',
    async (id) => {
      const reading = accounts.getAccountById({ id }, context);

      await expect(reading).rejects.toThrow(AccountWithIdNotFoundError);
      await expect(reading).rejects.toMatchObject({
        code: 'ACCOUNT_ERR_02',
        httpStatus: 404,
        message: `We could not find an account with id: ${id}. Please verify and try again.`,
      });
    },
  );

  it('does not find a deleted account', async () => {
    const { id } = await accounts.createAccountByUsernameAndPassword(ada, context);
    await documents().updateMany({}, { $set: { active: false } });

    await expect(accounts.getAccountById({ id }, context)).rejects.toThrow(
      AccountWithIdNotFoundError,
    );
  });
});

describe('getAccountByUsername', () => {
  it.each(['ada', 'ADA', ' ada '])('finds the account by %j', async (username) => {
    const created = await accounts.createAccountByUsernameAndPassword(ada, context);

    expect(await accounts.getAccountByUsername({ username }, context)).toEqual(created);
  });

  it('says so when no active account has the username', async () => {
    await accounts.createAccountByUsernameAndPassword(ada, context);
    await documents().updateMany({}, { $set: { active: false } });

    const reading = accounts.getAccountByUsername({ username: 'ada' }, context);

    await expect(reading).rejects.toThrow(AccountNotFoundError);
    await expect(reading).rejects.toMatchObject({ code: 'ACCOUNT_ERR_02', httpStatus: 404 });
  });
});
