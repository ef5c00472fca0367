import {
  AccessTokenExpiredError,
  AccessTokenInvalidError,
  type AuthenticationService,
} from '@org/authentication';
import { ServiceUnavailableError } from '@org/core';
import type { FakeClock } from '@org/core/testing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  context,
  createServices,
  DAY,
  otherAccountId,
  SECOND,
  type TestServices,
} from './services.ts';

const params = { accountId, userAgent: 'test', ip: '127.0.0.1' };

let services: TestServices;
let clock: FakeClock;
let authentication: AuthenticationService;

beforeEach(async () => {
  services = await createServices();
  ({ clock, authentication } = services);
});
afterEach(async () => {
  await services.remove();
});

function sessions() {
  return services.database.collection('sessions');
}

describe('createAccessToken', () => {
  it('signs a JWT with the header and claims of RFC 9068', async () => {
    const { token, expiresAt } = await authentication.createAccessToken(params, context);

    const session = await sessions().findOne();
    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'EdDSA',
      typ: 'at+jwt',
      kid: expect.stringMatching(/^[\w-]{43}$/),
    });
    const issuedAt = Math.floor(clock.now().getTime() / 1000);
    expect(decodeJwt(token)).toEqual({
      iss: 'org-api',
      aud: 'org-api',
      sub: accountId,
      sid: session!._id.toString(),
      iat: issuedAt,
      exp: issuedAt + 15 * 60,
      jti: expect.any(String),
    });
    expect(expiresAt).toEqual(new Date((issuedAt + 15 * 60) * 1000));
  });

  it('records where the session was started from and when it ends', async () => {
    const userAgent = 'x'.repeat(2_000);

    await authentication.createAccessToken({ ...params, userAgent }, context);

    expect(await sessions().findOne()).toMatchObject({
      account_id: accountId,
      user_agent: 'x'.repeat(512),
      ip: '127.0.0.1',
      last_used_at: clock.now(),
      expires_at: new Date(clock.now().getTime() + 30 * DAY),
      absolute_expires_at: new Date(clock.now().getTime() + 90 * DAY),
      revoked_at: null,
    });
  });
});

describe('verifyAccessToken', () => {
  it('tells whose token it is', async () => {
    const { token } = await authentication.createAccessToken(params, context);

    expect(await authentication.verifyAccessToken({ token }, context)).toEqual({
      accountId,
      sessionId: decodeJwt(token)['sid'],
      transport: 'token',
      claims: {},
    });
  });

  it('calls a token expired from its last second on', async () => {
    const { token, expiresAt } = await authentication.createAccessToken(params, context);
    clock.advance(expiresAt.getTime() - clock.now().getTime() - 1);
    await authentication.verifyAccessToken({ token }, context);

    clock.advance(1);

    await expect(authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenExpiredError,
    );
  });

  it.each([
    ['ended', () => ({ revoked_at: new Date() })],
    ['unused for too long', () => ({ expires_at: clock.now() })],
    ['too old', () => ({ absolute_expires_at: clock.now() })],
    ["another account's", () => ({ account_id: otherAccountId })],
  ])('refuses a token whose session is %s', async (_what, change) => {
    const { token } = await authentication.createAccessToken(params, context);
    await sessions().updateOne({}, { $set: change() });

    await expect(authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('refuses a token whose session is gone', async () => {
    const { token } = await authentication.createAccessToken(params, context);
    await sessions().deleteMany({});

    await expect(authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('asks the database once in half a second, however many requests there are', async () => {
    const { token } = await authentication.createAccessToken(params, context);
    services.commands.length = 0;

    await Promise.all(
      Array.from({ length: 20 }, () => authentication.verifyAccessToken({ token }, context)),
    );
    clock.advance(499);
    await authentication.verifyAccessToken({ token }, context);

    expect(services.commands).toEqual(['aggregate']);
    clock.advance(1);
    await authentication.verifyAccessToken({ token }, context);
    expect(services.commands).toEqual(['aggregate', 'aggregate']);
  });

  it('remembers no token longer than it is good', async () => {
    const { token } = await authentication.createAccessToken(params, context);
    await authentication.verifyAccessToken({ token }, context);

    clock.advance(15 * 60 * SECOND);

    await expect(authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenExpiredError,
    );
  });

  it('takes no remembered token for another one with the same signature', async () => {
    const { token } = await authentication.createAccessToken(params, context);
    await authentication.verifyAccessToken({ token }, context);
    const [header, claims, signature] = token.split('.');
    const other = await authentication.createAccessToken(
      { ...params, accountId: otherAccountId },
      context,
    );
    const changed = [header, other.token.split('.')[1], signature].join('.');

    await expect(authentication.verifyAccessToken({ token: changed }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
    expect(claims).not.toBe(changed.split('.')[1]);
  });
});

describe('ending a session', () => {
  it('is felt at once where it was ended', async () => {
    const { token } = await authentication.createAccessToken(params, context);
    const { sessionId } = await authentication.verifyAccessToken({ token }, context);

    await authentication.endSession({ accountId, sessionId }, context);

    await expect(authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('is felt on another instance once half a second has passed', async () => {
    const { token } = await authentication.createAccessToken(params, context);
    const other = await services.startInstance();
    const { sessionId } = await other.authentication.verifyAccessToken({ token }, context);
    await authentication.endSession({ accountId, sessionId }, context);

    clock.advance(499);
    await other.authentication.verifyAccessToken({ token }, context);
    clock.advance(1);

    await expect(other.authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('is felt at once when the transaction around it is stored, and not when it is undone', async () => {
    const { token } = await authentication.createAccessToken(params, context);
    const verify = () => authentication.verifyAccessToken({ token }, context);
    const endIn = (outcome: () => void) =>
      services.database.withTransaction(context, async (transaction) => {
        await authentication.endSessionsByAccountId({ accountId }, transaction);
        await verify();
        outcome();
      });

    await expect(
      endIn(() => {
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    await verify();
    await endIn(() => undefined);

    await expect(verify()).rejects.toThrow(AccessTokenInvalidError);
  });

  it('makes tokens unusable while the database cannot be read', async () => {
    const { token } = await authentication.createAccessToken(params, context);
    const other = await services.startInstance();
    await other.authentication.verifyAccessToken({ token }, context);
    await other.database.close();

    await other.authentication.verifyAccessToken({ token }, context);
    clock.advance(500);

    await expect(other.authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      ServiceUnavailableError,
    );
  });
});
