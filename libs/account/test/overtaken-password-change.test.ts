import { AccountInvalidCredentialsError, AccountWithIdNotFoundError } from '@org/account';
import { AccessTokenInvalidError } from '@org/authentication';
import * as argon2 from 'argon2';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { anonymous, createServices, ownerOf, type TestServices } from './services.ts';

const password = 'analytical engine';
const newPassword = 'difference engine';
const ada = { firstName: 'Ada', lastName: 'Lovelace', username: 'ada@example.com', password };

let services: TestServices;
let accountId: string;

beforeAll(async () => {
  services = await createServices();
});
beforeEach(async () => {
  const { id } = await createAda();
  accountId = id;
});
afterAll(async () => {
  await services.throwaway.remove();
});

async function createAda() {
  await services.collection('accounts').deleteMany({});
  return services.accounts.createAccountByUsernameAndPassword(ada, anonymous);
}

function login(attempt: string) {
  return services.accounts.getAccountByUsernameAndPassword(
    { username: ada.username, password: attempt },
    anonymous,
  );
}

function change(params: object = {}) {
  return services.accounts.changeAccountPassword(
    { accountId, currentPassword: password, newPassword, ...params },
    ownerOf(accountId),
  );
}

function startSession() {
  const origin = { accountId, userAgent: 'test', ip: '192.0.2.1' };
  return services.authentication.createAccessToken(origin, ownerOf(accountId));
}

describe('a change of the password that is overtaken', () => {
  const third = 'third engine of them';

  /** Does something once, after the current password was proved and before the change is stored. */
  function meanwhile(act: () => Promise<unknown>): void {
    const { database } = services.throwaway;
    const run = database.withTransaction.bind(database);
    vi.spyOn(database, 'withTransaction').mockImplementationOnce(async (context, work) => {
      await act();
      return run(context, work);
    });
  }

  async function reset(token?: string) {
    const created =
      token ??
      (await services.authentication.resetTokens.createPasswordResetToken({ accountId }, anonymous))
        .token;
    const use = { accountId, token: created, newPassword: third };
    return services.accounts.resetAccountPassword(use, anonymous);
  }

  it('by a reset changes nothing, and is answered like a wrong password', async () => {
    const current = await startSession();
    const { sessionId } = await services.authentication.verifyAccessToken(current, anonymous);
    meanwhile(reset);

    await expect(change({ currentSessionId: sessionId })).rejects.toThrow(
      AccountInvalidCredentialsError,
    );

    await login(third);
    await expect(login(newPassword)).rejects.toThrow(AccountInvalidCredentialsError);
    await expect(services.authentication.verifyAccessToken(current, anonymous)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('by another change changes nothing', async () => {
    meanwhile(() => change({ newPassword: third }));

    await expect(change()).rejects.toThrow(AccountInvalidCredentialsError);

    await login(third);
  });

  it('by a deletion finds no account', async () => {
    meanwhile(() => services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId)));

    await expect(change()).rejects.toThrow(AccountWithIdNotFoundError);
  });

  it.each<[string, (sessionId: string) => Promise<void>]>([
    [
      'by the end of all sessions',
      () => services.authentication.endSessionsByAccountId({ accountId }, ownerOf(accountId)),
    ],
    [
      'by the end of its own session',
      (sessionId) =>
        services.authentication.endSession({ accountId, sessionId }, ownerOf(accountId)),
    ],
    ['by the age of its session', async () => services.clock.advance(31 * 24 * 60 * 60_000)],
  ])('%s changes nothing, and is answered like any request of it', async (_how, end) => {
    const { sessionId } = await services.authentication.verifyAccessToken(
      await startSession(),
      anonymous,
    );
    meanwhile(() => end(sessionId));

    await expect(change({ currentSessionId: sessionId })).rejects.toThrow(AccessTokenInvalidError);

    await login(password);
    expect(await services.collection('accounts').findOne()).not.toHaveProperty('session_epoch');
    await expect(login(newPassword)).rejects.toThrow(AccountInvalidCredentialsError);
  });

  it('by a login that hashes the same password anew goes on', async () => {
    const cheaper = { memoryCost: 8, timeCost: 1, parallelism: 1, type: argon2.argon2i } as const;
    const hashed_password = await argon2.hash(password, cheaper);
    await services.collection('accounts').updateMany({}, { $set: { hashed_password } });
    meanwhile(() => login(password));

    await change();

    await login(newPassword);
  });

  it('or overtakes a reset: of 24 at the same moment one wins each time, and its password stands', async () => {
    for (let round = 0; round < 24; round += 1) {
      const { id } = await createAda();
      accountId = id;
      const { token } = await services.authentication.resetTokens.createPasswordResetToken(
        { accountId },
        anonymous,
      );

      const [changed, wasReset] = await Promise.allSettled([change(), reset(token)]);

      expect([changed.status, wasReset.status].sort()).toEqual(['fulfilled', 'rejected']);
      await login(changed.status === 'fulfilled' ? newPassword : third);
    }
  });
});
