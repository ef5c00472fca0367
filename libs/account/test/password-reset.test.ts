import { AccountBadRequestError, AccountWithIdNotFoundError } from '@org/account';
import {
  AccessTokenInvalidError,
  PasswordResetTokenNotFoundError,
  PasswordResetTokenUnusableError,
} from '@org/authentication';
import { OperationContext, TooManyRequestsError } from '@org/core';
import { hash } from 'argon2';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  anonymous,
  breakCollection,
  createServices,
  ownerOf,
  type TestServices,
} from './services.ts';

vi.mock('argon2', { spy: true });

const MINUTE = 60_000;

const ada = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  username: 'ada@example.com',
  password: 'analytical engine',
};
const newPassword = 'difference engine';

let services: TestServices;
let accountId: string;

beforeAll(async () => {
  services = await createServices({ settings: { webAppUrl: 'https://app.example.com/' } });
});
beforeEach(async () => {
  await services.collection('accounts').deleteMany({});
  await services.collection('notification_deliveries').deleteMany({});
  services.outbox.emails.length = 0;
  const account = await services.accounts.createAccountByUsernameAndPassword(ada, anonymous);
  accountId = account.id;
});
afterAll(async () => {
  await services.throwaway.remove();
});

function request(username = ada.username) {
  return services.accounts.requestPasswordReset({ username }, anonymous);
}

/** Asks for a mail and answers the token in it. */
async function obtainToken(): Promise<string> {
  await request();
  await services.jobs.runDispatched();
  await services.notification.deliverDueMessages();
  return /token=([\w-]+)/.exec(services.outbox.emails.at(-1)!.text)![1]!;
}

function reset(token: string, params: object = {}) {
  return services.accounts.resetAccountPassword(
    { accountId, token, newPassword, ...params },
    anonymous,
  );
}

function login(password: string) {
  return services.accounts.getAccountByUsernameAndPassword(
    { username: ada.username, password },
    anonymous,
  );
}

describe('requestPasswordReset', () => {
  it.each([
    ['a known username', ada.username],
    ['an unknown one', 'grace@example.com'],
    ['one that is no address', 'grace'],
  ])(
    'stores one job and a record for %s, and says when a link would expire',
    async (_what, username) => {
      services.commands.length = 0;

      const { expiresAt } = await request(username);

      expect(expiresAt).toEqual(new Date(services.clock.now().getTime() + 30 * MINUTE));
      expect(services.jobs.dispatched.splice(0)).toEqual([
        { name: 'account.password-reset-request', payload: { username } },
      ]);
      expect(services.commands).toEqual(['insert', 'commitTransaction']);
      const [recorded] = await services.collection('audit_log').find().sort({ _id: -1 }).toArray();
      expect(recorded).toMatchObject({
        action: 'authn_password_reset_requested',
        resource_type: 'password_reset_tokens',
        resource_id: '',
        actor_type: 'anonymous',
        request_id: anonymous.requestId,
        changes: {},
      });
    },
  );

  it('stores no name that is too long for any account', async () => {
    await request('x'.repeat(60_000));

    expect(services.jobs.dispatched).toMatchObject([{ payload: { username: '' } }]);
    await services.jobs.runDispatched();
  });

  it('is limited per name, known or not, to three an hour', async () => {
    const limited = await createServices({ rateLimits: true });
    const ask = (username: string) =>
      limited.accounts.requestPasswordReset({ username }, anonymous);
    for (let asked = 0; asked < 3; asked += 1) {
      await ask('grace@example.com');
    }

    await expect(ask('Grace@example.com')).rejects.toThrow(TooManyRequestsError);
    expect(limited.jobs.dispatched).toHaveLength(3);
    limited.clock.advance(60 * MINUTE);
    await ask('grace@example.com');
    await limited.throwaway.remove();
  });
});

describe('the mail', () => {
  it('has a link to the web app, whatever the case of the name', async () => {
    await request(ada.username.toUpperCase());
    await services.jobs.runDispatched();
    await services.notification.deliverDueMessages();

    expect(services.outbox.emails).toMatchObject([
      {
        to: ada.username,
        text: expect.stringMatching(
          new RegExp(
            `https://app\\.example\\.com/accounts/${accountId}/reset_password\\?token=[\\w-]{43}`,
          ),
        ),
      },
    ]);
  });

  it.each([
    ['unknown', 'grace@example.com'],
    ['no address', 'grace'],
  ])('is not sent, and no token made, for a name that is %s', async (_what, username) => {
    await services.accounts.createAccountByUsernameAndPassword(
      { ...ada, username: 'grace' },
      anonymous,
    );
    const tokens = await services.collection('password_reset_tokens').countDocuments();

    await request(username);
    await services.jobs.runDispatched();
    await services.notification.deliverDueMessages();

    expect(services.outbox.emails).toEqual([]);
    expect(await services.collection('password_reset_tokens').countDocuments()).toBe(tokens);
  });
});

describe('resetAccountPassword', () => {
  it('sets the password, ends every session and tells the owner', async () => {
    const session = await services.authentication.createAccessToken(
      { accountId, userAgent: 'test', ip: '192.0.2.1' },
      ownerOf(accountId),
    );
    const token = await obtainToken();

    expect(await reset(token)).toMatchObject({ id: accountId });

    await login(newPassword);
    await expect(login(ada.password)).rejects.toThrow();
    await expect(services.authentication.verifyAccessToken(session, anonymous)).rejects.toThrow(
      AccessTokenInvalidError,
    );
    await services.notification.deliverDueMessages();
    expect(services.outbox.emails).toHaveLength(2);
    expect(
      await services
        .collection('audit_log')
        .findOne({ resource_id: accountId, action: 'authn_password_change' }),
    ).toMatchObject({ actor_type: 'account', actor_id: accountId, outcome: 'success' });
  });

  it('judges the password first and leaves the token good', async () => {
    const token = await obtainToken();

    for (const refused of ['short', 'x'.repeat(129), 'password123', 'ada@example.com']) {
      await expect(reset(token, { newPassword: refused })).rejects.toThrow(AccountBadRequestError);
    }

    await reset(token);
  });

  it('looks at the token before it hashes', async () => {
    await obtainToken();
    vi.mocked(hash).mockClear();

    await expect(reset('another')).rejects.toThrow(PasswordResetTokenUnusableError);

    expect(hash).not.toHaveBeenCalled();
  });

  it('says what is wrong with a token, and records it', async () => {
    const [first, second] = [await obtainToken(), await obtainToken()];
    const refuse = async (token: string, reason: string) => {
      await expect(reset(token)).rejects.toMatchObject({ code: 'ACCOUNT_ERR_04', reason });
    };

    await refuse('another', 'invalid');
    await expect(reset(first)).rejects.toThrow(PasswordResetTokenUnusableError);
    services.clock.advance(30 * MINUTE);
    await refuse(second, 'expired');
    const third = await obtainToken();
    await reset(third);
    await refuse(third, 'used');
    expect(
      await services.collection('audit_log').countDocuments({
        resource_id: accountId,
        action: 'authn_password_change',
        outcome: 'failure',
      }),
    ).toBe(4);
  });

  it('knows no token of an account that never asked, and no account that is gone', async () => {
    await expect(reset('any')).rejects.toThrow(PasswordResetTokenNotFoundError);

    await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));

    await expect(reset('any')).rejects.toThrow(AccountWithIdNotFoundError);
    await expect(reset('any', { accountId: 'malformed' })).rejects.toThrow(
      AccountWithIdNotFoundError,
    );
  });

  it('takes no token of another account', async () => {
    const token = await obtainToken();
    const grace = await services.accounts.createAccountByUsernameAndPassword(
      { ...ada, username: 'grace' },
      anonymous,
    );

    await expect(reset(token, { accountId: grace.id })).rejects.toThrow(
      PasswordResetTokenNotFoundError,
    );
    await reset(token);
  });

  it('succeeds once of 50 parallel uses of one token', async () => {
    const token = await obtainToken();

    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        reset(token, { newPassword: `difference engine no. ${index}` }),
      ),
    );

    const failures = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as { reason?: string }).reason] : [],
    );
    expect(failures).toEqual(Array(49).fill('used'));
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    await login(`difference engine no. ${winner}`);
  });

  it('changes nothing, and leaves the token good, when the notice cannot be stored', async () => {
    const token = await obtainToken();
    const repair = await breakCollection(services, 'notification_deliveries');

    await expect(reset(token)).rejects.toThrow();

    await login(ada.password);
    await repair();
    await reset(token);
  });

  it('is limited per account', async () => {
    const limited = await createServices({ rateLimits: true });
    const guess = () =>
      limited.accounts.resetAccountPassword({ accountId, token: 'guess', newPassword }, anonymous);
    for (let guessed = 0; guessed < 20; guessed += 1) {
      await expect(guess()).rejects.toThrow(AccountWithIdNotFoundError);
    }

    await expect(guess()).rejects.toThrow(TooManyRequestsError);
    await limited.throwaway.remove();
  });

  it('takes a good token however many others were refused, and tells no more of those', async () => {
    const limited = await createServices({ rateLimits: true });
    const { id } = await limited.accounts.createAccountByUsernameAndPassword(ada, anonymous);
    const { token } = await limited.authentication.resetTokens.createPasswordResetToken(
      { accountId: id },
      ownerOf(id),
    );
    const use = (given: string, address: string, password = newPassword) =>
      limited.accounts.resetAccountPassword(
        { accountId: id, token: given, newPassword: password },
        OperationContext.anonymous('request-1', address),
      );
    for (let index = 0; index < 20; index += 1) {
      await expect(use('forged', `198.51.100.${index}`)).rejects.toThrow(
        PasswordResetTokenUnusableError,
      );
    }

    await expect(use('forged', '203.0.113.1')).rejects.toThrow(TooManyRequestsError);
    await expect(use('forged', '203.0.113.1', ada.username)).rejects.toThrow(TooManyRequestsError);
    await expect(use(token, '203.0.113.2', ada.username)).rejects.toThrow(AccountBadRequestError);
    await use(token, '203.0.113.2');
    await limited.throwaway.remove();
  });
});
