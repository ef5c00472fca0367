import { randomBytes } from 'node:crypto';

import {
  AccessTokenInvalidError,
  RefreshTokenReusedError,
  type AccessToken,
  type AuthenticationService,
} from '@org/authentication';
import { SecretKey } from '@org/core';
import { noEvents } from '@org/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { resolveSettings } from '../src/internal/authentication-settings.ts';
import { RefreshTokenWriter } from '../src/internal/session/refresh-token-writer.ts';
import { SessionLivenessCache } from '../src/internal/session/session-liveness-cache.ts';
import { SessionReader } from '../src/internal/session/session-reader.ts';
import {
  accountId,
  actionsIn,
  context,
  createServices,
  DAY,
  MINUTE,
  origin,
  outcomesOf,
  SECOND,
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

async function start(): Promise<AccessToken> {
  return authentication.createAccessToken({ accountId, ...origin }, context);
}

async function refresh(refreshToken: string, by = authentication): Promise<AccessToken> {
  return by.refreshAccessToken({ refreshToken, ...origin }, context);
}

function sessions() {
  return services.database.collection('sessions');
}

describe('refreshAccessToken', () => {
  it('gives an access token of the same session and the next refresh token', async () => {
    const first = await start();

    const second = await refresh(first.refreshToken);

    expect(first.refreshToken).toMatch(/^[0-9a-f]{24}\.0\.[\w-]{43}$/);
    const [sessionId] = first.refreshToken.split('.');
    expect(second.refreshToken).toMatch(new RegExp(`^${sessionId}\\.1\\.[\\w-]{43}$`));
    const verified = await authentication.verifyAccessToken({ token: second.token }, context);
    expect(verified).toEqual({ accountId, sessionId, transport: 'token', claims: {} });
  });

  it('stamps where and when the session was used last, and is recorded', async () => {
    const { refreshToken } = await start();
    services.audit.events.length = 0;
    services.clock.advance(MINUTE);

    await authentication.refreshAccessToken(
      { refreshToken, userAgent: 'other', ip: '198.51.100.1' },
      context,
    );

    expect(await sessions().findOne()).toMatchObject({
      user_agent: 'other',
      ip: '198.51.100.1',
      last_used_at: services.clock.now(),
      generation: 1,
    });
    const { actor, transaction } = services.audit.events[0]!.context;
    expect(actionsIn(services)).toEqual(['session_renewed']);
    expect({ actor, isTransaction: transaction !== undefined }).toEqual({
      actor: { type: 'account', id: accountId },
      isTransaction: true,
    });
  });

  it('keeps a session alive that is used, but not beyond its absolute end', async () => {
    let { refreshToken } = await start();
    const started = services.clock.now().getTime();

    for (let day = 0; day < 80; day += 20) {
      services.clock.advance(20 * DAY);
      const { refreshTokenExpiresAt, ...next } = await refresh(refreshToken);
      ({ refreshToken } = next);
      expect(refreshTokenExpiresAt.getTime()).toBeLessThanOrEqual(started + 90 * DAY);
    }
    services.clock.advance(10 * DAY);

    await expect(refresh(refreshToken)).rejects.toThrow(AccessTokenInvalidError);
  });

  it('refuses the token of a session that was not used for too long', async () => {
    const { refreshToken, refreshTokenExpiresAt } = await start();
    expect(refreshTokenExpiresAt.getTime()).toBe(services.clock.now().getTime() + 30 * DAY);

    services.clock.advance(30 * DAY);

    await expect(refresh(refreshToken)).rejects.toThrow(AccessTokenInvalidError);
  });

  it('refuses the token of a session that has ended', async () => {
    const { refreshToken } = await start();
    await authentication.endSessionsByAccountId({ accountId }, context);

    await expect(refresh(refreshToken)).rejects.toThrow(AccessTokenInvalidError);
  });

  it('takes two round trips, and two for its record', async () => {
    const { refreshToken } = await start();
    services.commands.length = 0;

    await refresh(refreshToken);

    expect(services.commands).toEqual(['aggregate', 'findAndModify', 'commitTransaction']);
  });

  it('goes on while one secret key replaces the other', async () => {
    const [previous, current] = [randomBytes(32), randomBytes(32)];
    await services.remove();
    services = await createServices({ secretKey: SecretKey.create({ current: previous }) });
    ({ authentication } = services);
    const first = await start();
    const changed = await services.startInstance({
      secretKey: SecretKey.create({ current, previous }),
    });

    const second = await refresh(first.refreshToken);
    const again = await refresh(first.refreshToken, changed.authentication);
    const third = await refresh(again.refreshToken, changed.authentication);

    expect(again.refreshToken).toBe(second.refreshToken);
    expect(third.refreshToken).toContain('.2.');
  });
});

describe('parallel refreshes of one token on two instances', () => {
  it('end in one family with one successor, which works', async () => {
    const { refreshToken, token } = await start();
    const other = await services.startInstance();
    const instances = [authentication, other.authentication];

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => refresh(refreshToken, instances[index % 2])),
    );

    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    expect(await sessions().findOne()).toMatchObject({ generation: 1, revoked_at: null });
    for (const answer of [{ token }, ...answers]) {
      await authentication.verifyAccessToken(answer, context);
    }
    const next = await outcomesOf(
      answers.map((answer, index) => refresh(answer.refreshToken, instances[index % 2])),
    );
    expect(next).toEqual({ fulfilled: 20 });
  });
});

describe('a request that read the session before others refreshed it', () => {
  it('exchanges nothing', async () => {
    const liveness = new SessionLivenessCache(services.clock);
    const reader = new SessionReader(services, liveness);
    const writer = new RefreshTokenWriter(
      { ...services, settings: resolveSettings(), events: noEvents },
      liveness,
    );
    const first = await start();
    const [sessionId] = first.refreshToken.split('.');
    const outdated = await reader.findSession(sessionId!, context);
    const second = await refresh(first.refreshToken);
    await refresh(second.refreshToken);

    const rotated = await writer.rotateSession(outdated!, origin, context);

    expect(rotated).toBeUndefined();
    expect(await sessions().findOne()).toMatchObject({ generation: 2 });
  });
});

describe('a refresh token that was exchanged', () => {
  it('gives the same successor for thirty seconds, and rotates nothing', async () => {
    const { refreshToken } = await start();
    const { refreshToken: successor } = await refresh(refreshToken);
    services.clock.advance(30 * SECOND);

    services.audit.events.length = 0;

    const again = await refresh(refreshToken);

    expect(again.refreshToken).toBe(successor);
    expect(actionsIn(services)).toEqual(['session_renewed']);
    expect(await sessions().findOne()).toMatchObject({ generation: 1, revoked_at: null });
  });

  it.each([
    ['after that', async () => services.clock.advance(30 * SECOND + 1)],
    [
      'at once when its successor was exchanged too',
      async (successor: string) => refresh(successor),
    ],
  ])('ends the session %s', async (_when, happen) => {
    const first = await start();
    const { refreshToken: successor, token } = await refresh(first.refreshToken);
    await happen(successor);
    services.audit.events.length = 0;

    const reusing = refresh(first.refreshToken);

    await expect(reusing).rejects.toThrow(RefreshTokenReusedError);
    await expect(reusing).rejects.toMatchObject({
      code: 'ACCESS_TOKEN_ERR_05',
      httpStatus: 401,
      accountId,
    });
    expect(actionsIn(services)).toEqual(['authn_token_reuse denied', 'session_ended']);
    await expect(refresh(successor)).rejects.toThrow(AccessTokenInvalidError);
    await expect(authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('is called reused once, however often it comes', async () => {
    const { refreshToken } = await start();
    await refresh(refreshToken);
    services.clock.advance(MINUTE);

    const outcomes = await outcomesOf(Array.from({ length: 10 }, () => refresh(refreshToken)));

    expect(outcomes).toEqual({ RefreshTokenReusedError: 1, AccessTokenInvalidError: 9 });
    expect(await sessions().countDocuments({ revoked_at: null })).toBe(0);
    services.audit.events.length = 0;
    await expect(refresh(refreshToken)).rejects.toThrow(AccessTokenInvalidError);
    expect(actionsIn(services)).toEqual([]);
  });
});

describe('a forged refresh token', () => {
  const secret = randomBytes(32).toString('base64url');

  it.each<[string, (token: string) => string]>([
    ['nothing', () => ''],
    ['no token', () => 'token'],
    ['another secret', (token) => token.replace(/[\w-]{43}$/, secret)],
    ['the secret of another generation', (token) => token.replace('.1.', '.0.')],
    ['a later generation', (token) => token.replace('.1.', '.2.')],
    [
      'an earlier generation with another secret',
      (token) => token.replace(/1\..*$/, `0.${secret}`),
    ],
    ['another session', (token) => token.replace(/^.{24}/, '64b000000000000000000009')],
    ['a session id in capitals', (token) => token.toUpperCase()],
    ['a longer generation', (token) => token.replace('.1.', '.01.')],
    ['more at its end', (token) => `${token}A`],
  ])('is refused and ends nothing: %s', async (_what, forge) => {
    const { refreshToken } = await refresh((await start()).refreshToken);
    services.clock.advance(MINUTE);

    await expect(refresh(forge(refreshToken))).rejects.toThrow(AccessTokenInvalidError);

    expect(await sessions().findOne()).toMatchObject({ generation: 1, revoked_at: null });
    await refresh(refreshToken);
  });
});
