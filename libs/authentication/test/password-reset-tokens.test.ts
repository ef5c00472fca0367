import {
  PasswordResetTokenNotFoundError,
  PasswordResetTokenUnusableError,
  type AuthenticationService,
} from '@org/authentication';
import { collect } from '@org/core/testing';
import { ObjectId } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  context,
  createServices,
  MINUTE,
  otherAccountId,
  outcomesOf,
  type Instance,
  type TestServices,
} from './services.ts';

let services: TestServices;
let authentication: AuthenticationService;

beforeEach(async () => {
  services = await createServices();
  ({ authentication } = services);
});
afterEach(async () => {
  await services.remove();
});

async function create(account = accountId): Promise<string> {
  services.clock.advance(1);
  const created = await authentication.resetTokens.createPasswordResetToken(
    { accountId: account },
    context,
  );
  return created.token;
}

async function look(token: string): Promise<void> {
  await authentication.resetTokens.assertPasswordResetTokenUsable({ accountId, token }, context);
}

async function use(token: string, by = authentication): Promise<void> {
  await by.resetTokens.consumePasswordResetToken({ accountId, token }, context);
}

function tokens() {
  return services.database.collection('password_reset_tokens');
}

describe('createPasswordResetToken', () => {
  it('makes 256 random bits that serve for thirty minutes', async () => {
    const { token, expiresAt } = await authentication.resetTokens.createPasswordResetToken(
      { accountId },
      context,
    );

    expect(token).toMatch(/^[\w-]{43}$/);
    expect(expiresAt.getTime()).toBe(services.clock.now().getTime() + 30 * MINUTE);
  });

  it('stores a hash of them, and never the token', async () => {
    const token = await create();

    const stored = await tokens().findOne();
    expect(stored).toMatchObject({
      account: ObjectId.createFromHexString(accountId),
      is_used: false,
    });
    expect(stored!['token_hash']).toMatch(/^[\w-]{43}$/);
    const recorded = services.audit.events.map(({ changes }) => changes);
    expect(JSON.stringify([stored, recorded])).not.toContain(token);
  });
});

describe.each([
  ['assertPasswordResetTokenUsable', look],
  ['consumePasswordResetToken', async (token: string) => use(token)],
])('%s', (_name, call) => {
  it("accepts the account's newest token", async () => {
    await create();
    const newest = await create();
    await create(otherAccountId);

    await call(newest);
  });

  it('says that the account has never asked for one', async () => {
    const foreign = await create(otherAccountId);

    await expect(call(foreign)).rejects.toThrow(PasswordResetTokenNotFoundError);
    await expect(call(foreign)).rejects.toMatchObject({
      code: 'PASSWORD_RESET_TOKEN_ERR_01',
      httpStatus: 404,
      message: 'System is unable to find a token with this account',
    });
  });

  it.each([
    [
      'expired',
      async (token: string) => {
        services.clock.advance(30 * MINUTE);
        return token;
      },
      `Password reset link is expired for accountId ${accountId}. Please retry with new link`,
    ],
    [
      'used',
      async (token: string) => {
        await use(token);
        return token;
      },
      `Password reset is already used for accountId ${accountId}. Please retry with new link`,
    ],
    [
      'used',
      async (token: string) => {
        await authentication.resetTokens.revokePasswordResetTokens({ accountId }, context);
        return token;
      },
      `Password reset is already used for accountId ${accountId}. Please retry with new link`,
    ],
    [
      'invalid',
      async (token: string) => `${token}x`,
      `Password reset link is invalid for accountId ${accountId}. Please retry with new link.`,
    ],
    [
      'invalid',
      async (token: string) => {
        await create();
        return token;
      },
      `Password reset link is invalid for accountId ${accountId}. Please retry with new link.`,
    ],
  ])('says that a token is %s', async (reason, spoil, message) => {
    const token = await spoil(await create());

    await expect(call(token)).rejects.toThrow(PasswordResetTokenUnusableError);
    await expect(call(token)).rejects.toMatchObject({
      reason,
      code: 'ACCOUNT_ERR_04',
      httpStatus: 400,
      message,
    });
  });
});

describe('a look', () => {
  it('leaves the token as it is', async () => {
    const token = await create();

    await look(token);
    await look(token);

    await use(token);
  });

  it('finds what an earlier backend wrote, and takes it for another token', async () => {
    await tokens().insertOne({
      account: ObjectId.createFromHexString(accountId),
      token: '$2b$10$earlier',
      is_used: false,
      expires_at: new Date(services.clock.now().getTime() + MINUTE),
      created_at: services.clock.now(),
      updated_at: services.clock.now(),
    });

    await expect(look('$2b$10$earlier')).rejects.toMatchObject({ reason: 'invalid' });
  });
});

describe('using a token', () => {
  it('is undone with the transaction around it', async () => {
    const token = await create();

    const undone = services.database.withTransaction(context, async (transaction) => {
      await authentication.resetTokens.consumePasswordResetToken({ accountId, token }, transaction);
      throw new Error('undone');
    });

    await expect(undone).rejects.toThrow('undone');
    await use(token);
  });

  it.each([
    ['each by itself', async (token: string, by: Instance) => use(token, by.authentication)],
    [
      'each in a transaction',
      async (token: string, by: Instance) =>
        by.database.withTransaction(context, async (transaction) =>
          by.authentication.resetTokens.consumePasswordResetToken(
            { accountId, token },
            transaction,
          ),
        ),
    ],
  ])('succeeds for one of fifty at once on two instances, %s', async (_how, call) => {
    const token = await create();
    const instances = [services, await services.startInstance()];

    const outcomes = await outcomesOf(
      Array.from({ length: 50 }, (_, index) => call(token, instances[index % 2]!)),
    );

    expect(outcomes).toEqual({ fulfilled: 1, PasswordResetTokenUnusableError: 49 });
  });
});

describe('the data of an account', () => {
  it('is exported without secrets, and erased', async () => {
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
    const session = await authentication.createAccessToken(
      { accountId, userAgent: 'test', ip: '203.0.113.7' },
      context,
    );
    const token = await create();
    await create(otherAccountId);
    await authentication.otps.requestOtp({ phoneNumber, accountId }, context);

    const pages = authentication.exportAuthenticationDataByAccountId(
      { accountId, phoneNumber },
      context,
    );
    const exported: Record<string, unknown> = {};
    for (const [name, list] of Object.entries(pages)) {
      exported[name] = (await collect(list as AsyncIterable<readonly object[]>)).flat();
    }
    const erasure = { signal: new AbortController().signal, forget: async () => undefined };
    await authentication.deleteAuthenticationDataByAccountId(
      { accountId, phoneNumber },
      erasure,
      context,
    );

    expect(exported).toEqual({
      sessions: [expect.objectContaining({ ip: '203.0.113.7', user_agent: 'test' })],
      password_reset_tokens: [expect.objectContaining({ is_used: false })],
      email_codes: [],
      one_time_passwords: [expect.objectContaining({ status: 'PENDING' })],
    });
    const text = JSON.stringify(exported);
    for (const secret of [
      token,
      session.refreshToken,
      services.sent[0]!.data.code,
      'hash',
      'salt',
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(await services.database.collection('sessions').countDocuments()).toBe(0);
    expect(await services.database.collection('otps').countDocuments()).toBe(0);
    expect(await tokens().countDocuments()).toBe(1);
  });
});
