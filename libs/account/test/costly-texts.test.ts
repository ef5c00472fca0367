import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { ada, anonymous, createServices, ownerOf, type TestServices } from './services.ts';

/** NFKC alone takes more than half a second for it. */
const COSTLY = '\u0300'.repeat(15_000) + '\u0334'.repeat(15_000);
/** Longer than any text that is worth work, in UTF-16 code units. */
const WORTH_WORK = 4 * 256;

let services: TestServices;
let accountId: string;
/** Lengths of the texts that were normalised. */
let normalized: number[];

beforeAll(async () => {
  services = await createServices();
  accountId = (await services.accounts.createAccountByUsernameAndPassword(ada, anonymous)).id;
});
beforeEach(() => {
  normalized = [];
  const normalize: (this: string, form?: string) => string = Reflect.get(
    String.prototype,
    'normalize',
  );
  vi.spyOn(String.prototype, 'normalize').mockImplementation(function (this: string, form) {
    normalized.push(this.length);
    return normalize.call(this.length > WORTH_WORK ? '' : this, form);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  await services.throwaway.remove();
});

const tooLong = (field: string) => ({
  code: 'ACCOUNT_ERR_04',
  message: expect.stringMatching(new RegExp(`^${field} must have at most \\d+ characters$`)),
  details: [{ path: `/${field}`, message: expect.any(String) }],
});

describe('a text that is too long', () => {
  it.each(['username', 'password', 'firstName', 'lastName'])(
    'is refused as %s of a sign-up before any work',
    async (field) => {
      const params = { ...ada, username: 'grace', [field]: COSTLY };
      const signUp = services.accounts.createAccountByUsernameAndPassword(params, anonymous);

      const name = field.replace('Name', '_name');
      await expect(signUp).rejects.toMatchObject(tooLong(name));
      expect(normalized).toEqual([]);
    },
  );

  it('is refused as a new password before any work', async () => {
    const { accounts } = services;
    const newPassword = COSTLY;
    const change = { accountId, currentPassword: ada.password, newPassword };

    await expect(accounts.changeAccountPassword(change, ownerOf(accountId))).rejects.toMatchObject(
      tooLong('new_password'),
    );
    await expect(
      accounts.resetAccountPassword({ accountId, token: 'a', newPassword }, anonymous),
    ).rejects.toMatchObject(tooLong('new_password'));
    expect(normalized).toEqual([]);
  });

  it('is a name that nobody has, and is neither normalised, stored nor looked for', async () => {
    const { accounts, collection, jobs } = services;
    services.commands.length = 0;

    await expect(
      accounts.getAccountByUsernameAndPassword({ username: COSTLY, password: 'a' }, anonymous),
    ).rejects.toMatchObject({ code: 'ACCOUNT_ERR_03' });
    expect(services.commands).toEqual([]);
    await accounts.requestPasswordReset({ username: COSTLY }, anonymous);

    expect(jobs).toBeDefined();
    expect(await collection('audit_log').countDocuments({ resource_id: COSTLY })).toBe(0);
    expect(Math.max(0, ...normalized)).toBeLessThanOrEqual(WORTH_WORK);
  });

  it('is a wrong password, current or at login', async () => {
    const { accounts } = services;
    const wrong = { code: 'ACCOUNT_ERR_03' };

    await expect(
      accounts.getAccountByUsernameAndPassword({ ...ada, password: COSTLY }, anonymous),
    ).rejects.toMatchObject(wrong);
    await expect(
      accounts.changeAccountPassword(
        { accountId, currentPassword: COSTLY, newPassword: 'difference engine' },
        ownerOf(accountId),
      ),
    ).rejects.toMatchObject(wrong);
    expect(Math.max(0, ...normalized)).toBeLessThanOrEqual(WORTH_WORK);
  });

  it('is no phone number, and is not looked for', async () => {
    const { accounts } = services;
    const phoneNumber = { countryCode: '+91', phoneNumber: '9'.repeat(60_000) };

    await expect(
      accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous),
    ).rejects.toMatchObject({ code: 'OTP_ERR_03' });
    expect(await accounts.findAccountByPhoneNumber({ phoneNumber }, anonymous)).toBeUndefined();
  });

  it('is counted by the throttle without being normalised', async () => {
    const { throttle, throwaway } = await createServices({ rateLimits: true });
    for (let failure = 0; failure < 5; failure += 1) {
      const attempt = await throttle.beginLogin({ name: `${COSTLY}${failure}` }, anonymous);
      await attempt.fail();
    }

    await expect(throttle.beginLogin({ name: COSTLY }, anonymous)).rejects.toMatchObject({
      code: 'RATE_LIMIT_ERR_01',
    });
    expect(normalized).toEqual([]);
    await throwaway.remove();
  });
});

describe('the work of a login', () => {
  it.each([
    ['usual', 'analytical enginf'],
    ['empty', ''],
    ['of 128 characters', 'é'.repeat(128)],
    ['of 129 characters', 'a'.repeat(129)],
    ['of many marks', `a${'\u0300'.repeat(120)}${'\u0334'.repeat(120)}`],
    ['that grows when normalised', '\ufdfa'.repeat(100)],
    ['of 60 KB', COSTLY],
  ])('is the same for a known and an unknown name, with a password %s', async (_kind, password) => {
    const workFor = async (username: string): Promise<readonly number[]> => {
      normalized.length = 0;
      await services.accounts
        .getAccountByUsernameAndPassword({ username, password }, anonymous)
        .catch(() => undefined);
      // Names are normalised on both sides; they are as long as each other.
      return normalized.filter((length) => length === password.length);
    };

    expect(await workFor('ada')).toEqual(await workFor('bob'));
  });
});
