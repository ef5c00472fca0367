import { hash, randomBytes } from 'node:crypto';

import {
  AccessTokenInvalidError,
  AuthenticationNotRecentError,
  defineAccessTokenClaims,
  type CookieSession,
  type RenewedSession,
} from '@org/authentication';
import { SecretKey, ServiceUnavailableError } from '@org/core';
import { parseObjectId } from '@org/core/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  actionsIn,
  context,
  createServices,
  DAY,
  HOUR,
  MINUTE,
  origin,
  otherAccountId,
  outcomesOf,
  SECOND,
  type Instance,
  type InstanceOptions,
  type TestServices,
} from './services.ts';

let services: TestServices;

beforeEach(async () => {
  services = await createServices();
});
afterEach(async () => {
  await services.remove();
});

async function restart(options: InstanceOptions): Promise<void> {
  await services.remove();
  services = await createServices(options);
}

async function logIn({ login }: Instance = services): Promise<CookieSession> {
  const credentials = { username: 'ada', password: 'right', transport: 'cookie' } as const;
  return login.loginByUsernameAndPassword({ ...credentials, ...origin }, context);
}

function verify({ value }: Pick<CookieSession, 'value'>, by: Instance = services) {
  return by.authentication.cookieSessions.verifyCookie({ value }, context);
}

async function prove(
  { sessionId, value }: Pick<CookieSession, 'sessionId' | 'value'>,
  { login }: Instance = services,
): Promise<RenewedSession & { cookie: CookieSession }> {
  const proof = { accountId, sessionId, cookieValue: value, password: 'right' };
  const renewed = await login.reauthenticateByPassword(proof, context);
  return { ...renewed, cookie: renewed.cookie! };
}

function prolong({ value }: CookieSession, by: Instance = services) {
  return by.authentication.cookieSessions.prolongCookieSession({ value, ...origin }, context);
}

function sessions() {
  return services.database.collection('sessions');
}

function secretOf({ value }: Pick<CookieSession, 'value'>): string {
  return value.split('.')[2]!;
}

function inMilliseconds(milliseconds: number): Date {
  return new Date(services.clock.now().getTime() + milliseconds);
}

describe('a session by cookie', () => {
  it('is stored as others are, without its secret', async () => {
    const session = await logIn();

    const [sessionId] = session.value.split('.');
    expect(session).toEqual({
      accountId,
      sessionId,
      expiresAt: inMilliseconds(30 * DAY),
      maximumAgeSeconds: (30 * DAY) / SECOND,
      value: expect.stringMatching(/^[0-9a-f]{24}\.0\.[\w-]{43}$/),
    });
    const stored = await sessions().findOne();
    expect(stored).toMatchObject({
      account_id: accountId,
      transport: 'cookie',
      generation: 0,
      authenticated_by: 'password',
      user_agent: 'test',
      expires_at: session.expiresAt,
      absolute_expires_at: inMilliseconds(90 * DAY),
      revoked_at: null,
    });
    expect(JSON.stringify(stored)).not.toContain(secretOf(session));
    expect(actionsIn(services)).toContain('session_created');
  });

  it('is in the list of sessions and in the export', async () => {
    const { sessionId } = await logIn();
    const { authentication } = services;

    const list = await authentication.getSessionsByAccountId({ accountId }, context);
    const exported = authentication.exportAuthenticationDataByAccountId({ accountId }, context);

    expect(list).toMatchObject([{ id: sessionId, userAgent: 'test' }]);
    for await (const page of exported['sessions']!) {
      expect(page).toMatchObject([{ id: sessionId, transport: 'cookie' }]);
    }
    expect.assertions(2);
  });

  it('verifies by one read, and by none for half a second', async () => {
    const session = await logIn();
    const { sessionId } = session;
    services.commands.length = 0;

    const verified = await verify(session);
    await verify(session);
    services.clock.advance(499);
    await verify(session);

    expect(verified).toEqual({ accountId, sessionId, transport: 'cookie', claims: {} });
    expect(services.commands).toEqual(['aggregate']);
    services.clock.advance(1);
    await verify(session);
    expect(services.commands).toEqual(['aggregate', 'aggregate']);
  });

  it('ends for its cookie when it ends, elsewhere within half a second', async () => {
    const other = await services.startInstance();
    const session = await logIn();
    await verify(session, other);
    const { sessionId } = session;

    await services.authentication.endSession({ accountId, sessionId }, context);

    await expect(verify(session)).rejects.toThrow(AccessTokenInvalidError);
    services.clock.advance(500);
    await expect(verify(session, other)).rejects.toThrow(AccessTokenInvalidError);
  });

  it.each([
    ['is empty', () => ''],
    ['is no token', () => 'x'],
    ['is overlong', (value: string) => value + 'x'],
    ['has another secret', (value: string) => value.replace(/.$/, (it) => (it < 'B' ? 'B' : 'A'))],
    ['has another generation', (value: string) => value.replace('.0.', '.1.')],
    ['names no session', (value: string) => value.replace(/^[^.]+/, '64b00000000000000000000a')],
  ])('is not open to a value that %s', async (_how, forge) => {
    const session = await logIn();
    await verify(session);

    await expect(verify({ value: forge(session.value) })).rejects.toThrow(AccessTokenInvalidError);
    await expect(verify(session)).resolves.toMatchObject({ accountId });
  });

  it('is read for a forged value no more than once', async () => {
    const session = await logIn();
    services.commands.length = 0;

    await expect(verify({ value: session.value.replace('.0.', '.1.') })).rejects.toThrow();

    expect(services.commands).toEqual(['aggregate']);
  });

  it('says what access tokens say of its account, from the same read', async () => {
    const claims = defineAccessTokenClaims({
      types: { plan: 'string' },
      claimsOf: ({ plan }: { plan: string }) => ({ plan }),
    });
    await restart({
      claims,
      accountCollection: {
        name: 'test_accounts',
        activeField: 'active',
        sessionEpochField: 'epoch',
        toAccount: (document: object) => document,
      },
    });
    const accounts = services.database.collection('test_accounts');
    await accounts.insertOne({ _id: parseObjectId(accountId)!, active: true, plan: 'free' });
    const session = await logIn();
    services.commands.length = 0;

    expect((await verify(session)).claims).toEqual({ plan: 'free' });
    expect(services.commands).toEqual(['aggregate']);
    await accounts.updateOne({}, { $set: { plan: 'pro' } });
    services.clock.advance(500);
    expect((await verify(session)).claims).toEqual({ plan: 'pro' });
    await accounts.updateOne({}, { $set: { active: false } });
    services.clock.advance(500);
    await expect(verify(session)).rejects.toThrow(AccessTokenInvalidError);
  });

  it('that is in use is not ended for newer ones', async () => {
    await restart({ settings: { sessionMaximumPerAccount: 2 } });
    const used = await logIn();
    services.clock.advance(HOUR);
    await prolong(used);
    services.clock.advance(MINUTE);
    const other = await services.startInstance();

    for (let count = 0; count < 3; count += 1) {
      services.clock.advance(MINUTE);
      await logIn(other);
    }

    await expect(verify(used)).resolves.toMatchObject({ accountId });
  });
});

describe('a cookie and a refresh token', () => {
  it('do not pass for each other', async () => {
    const cookie = await logIn();
    const tokens = await services.authentication.createAccessToken(
      { accountId, ...origin },
      context,
    );
    const refresh = { refreshToken: cookie.value, ...origin };

    await expect(services.login.refresh(refresh, context)).rejects.toThrow(AccessTokenInvalidError);
    await expect(verify({ value: tokens.refreshToken })).rejects.toThrow(AccessTokenInvalidError);

    await expect(verify(cookie)).resolves.toMatchObject({ accountId });
    await services.login.refresh({ refreshToken: tokens.refreshToken, ...origin }, context);
  });

  it('have other secrets and other hashes, so that an earlier version refuses the cookie', async () => {
    const cookie = await logIn();
    const secret = secretOf(cookie);
    const { salt, current_hash: currentHash } = (await sessions().findOne())!;

    // What that version takes for a refresh token of a session in this generation.
    const hasStoredHash = hash('sha256', secret, 'base64url') === currentHash;
    const message = `${cookie.sessionId}.0.${String(salt)}`;
    const derived = services.secretKey.hmacs('refresh token', message);
    const isDerived = derived.some((mac) => mac.toString('base64url') === secret);

    expect([hasStoredHash, isDerived]).toEqual([false, false]);
  });

  it('of a session whose transport is not stored: it is one of tokens', async () => {
    const { refreshToken } = await services.authentication.createAccessToken(
      { accountId, ...origin },
      context,
    );
    await sessions().updateOne({}, { $unset: { transport: true } });

    await services.login.refresh({ refreshToken, ...origin }, context);
    await expect(verify({ value: refreshToken })).rejects.toThrow(AccessTokenInvalidError);
  });

  it('prove themselves each in their own way', async () => {
    const cookie = await logIn();
    const tokens = await services.authentication.createAccessToken(
      { accountId, ...origin },
      context,
    );
    const [sessionId = ''] = tokens.refreshToken.split('.');

    const { sessionId: ofCookie } = cookie;
    const withoutCookie = { accountId, sessionId: ofCookie, password: 'right' };
    await expect(services.login.reauthenticateByPassword(withoutCookie, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
    await expect(prove({ sessionId, value: tokens.refreshToken })).rejects.toThrow(
      AccessTokenInvalidError,
    );
    await expect(prove({ sessionId, value: cookie.value })).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });
});

describe('an authentication in a session by cookie', () => {
  it('makes it recent, and replaces the cookie', async () => {
    const first = await logIn();
    const { sessionId } = first;
    services.clock.advance(11 * MINUTE);
    const session = { accountId, sessionId };
    const isRecent = () => services.authentication.assertRecentlyAuthenticated(session, context);
    await expect(isRecent()).rejects.toThrow(AuthenticationNotRecentError);
    services.audit.events.length = 0;

    const renewed = await prove(first);

    expect(renewed).toMatchObject({
      accountId,
      sessionId,
      authenticatedAt: services.clock.now(),
      authenticatedBy: 'password',
    });
    expect(renewed.cookie.value).toMatch(new RegExp(`^${sessionId}\\.1\\.[\\w-]{43}$`));
    expect(renewed.cookie).toMatchObject({
      accountId,
      sessionId,
      expiresAt: first.expiresAt,
      maximumAgeSeconds: (30 * DAY - 11 * MINUTE) / SECOND,
    });
    expect(actionsIn(services)).toEqual(['authn_login_success']);
    await isRecent();
    await verify(renewed.cookie);
  });

  it('leaves the former cookie good for 30 seconds', async () => {
    const first = await logIn();
    const { cookie: second } = await prove(first);
    services.clock.advance(30 * SECOND);

    await verify(first);
    services.clock.advance(1);

    await expect(verify(first)).rejects.toThrow(AccessTokenInvalidError);
    await verify(second);
  });

  it('leaves the cookie before the former one good for nothing', async () => {
    const first = await logIn();
    const { cookie: second } = await prove(first);
    await prove(second);

    await expect(verify(first)).rejects.toThrow(AccessTokenInvalidError);
    await expect(prove(first)).rejects.toThrow(AccessTokenInvalidError);
    await verify(second);
  });

  it('is known at once to a process that remembers the session', async () => {
    const other = await services.startInstance();
    const first = await logIn();
    await verify(first, other);

    const { cookie: second } = await prove(first);

    await expect(verify(second, other)).resolves.toMatchObject({ accountId });
    await expect(verify(first, other)).resolves.toMatchObject({ accountId });
  });

  it('by several tabs at once gives all of them the same cookie', async () => {
    const other = await services.startInstance();
    const first = await logIn();
    const tabs = [services, other, services, other, services];

    const renewed = await Promise.all(tabs.map((instance) => prove(first, instance)));

    const values = new Set(renewed.map(({ cookie }) => cookie.value));
    expect([...values]).toEqual([expect.stringMatching(/\.1\.[\w-]{43}$/)]);
    await verify({ value: [...values][0]! });
    expect(await sessions().findOne()).toMatchObject({ generation: 1 });
  });

  it('with the former cookie after 30 seconds is refused', async () => {
    const first = await logIn();
    await prove(first);
    services.clock.advance(30 * SECOND + 1);

    await expect(prove(first)).rejects.toThrow(AccessTokenInvalidError);
  });

  it('with the former cookie needs the key that made the current one', async () => {
    const previous = randomBytes(32);
    await restart({ secretKey: SecretKey.create({ current: previous }) });
    const newer = await services.startInstance({
      secretKey: SecretKey.create({ current: randomBytes(32), previous }),
    });
    const first = await logIn();
    const { cookie: second } = await prove(first, newer);

    await expect(prove(first)).rejects.toThrow(ServiceUnavailableError);
    await verify(second);
    const { cookie } = await prove(first, newer);
    expect(cookie.value).toBe(second.value);
  });

  it('is refused if the session ended, or the password was changed, meanwhile', async () => {
    const ended = await logIn();
    const { sessionId } = ended;
    await services.authentication.endSession({ accountId, sessionId }, context);
    await expect(prove(ended)).rejects.toThrow(AccessTokenInvalidError);

    const outdated = await logIn();
    services.directory.sessionEpoch = 1;
    await expect(prove(outdated)).rejects.toThrow(AccessTokenInvalidError);
  });

  it('of another account is refused', async () => {
    const { sessionId, value } = await logIn();
    const renewal = {
      accountId: otherAccountId,
      sessionId,
      value,
      authenticatedBy: 'otp',
    } as const;

    await expect(
      services.authentication.cookieSessions.renewAuthentication(renewal, context),
    ).rejects.toThrow(AccessTokenInvalidError);
  });
});

describe('prolongCookieSession', () => {
  it('makes a session in use live longer, once an hour', async () => {
    const session = await logIn();
    services.clock.advance(HOUR - 1);
    expect(await prolong(session)).toBeUndefined();
    services.clock.advance(1);

    const prolonged = await services.authentication.cookieSessions.prolongCookieSession(
      { value: session.value, userAgent: 'other', ip: '198.51.100.1' },
      context,
    );

    expect(prolonged).toEqual({ ...session, expiresAt: inMilliseconds(30 * DAY) });
    expect(await sessions().findOne()).toMatchObject({
      last_used_at: services.clock.now(),
      expires_at: inMilliseconds(30 * DAY),
      user_agent: 'other',
      ip: '198.51.100.1',
      generation: 0,
    });
    expect(await prolong(session)).toBeUndefined();
    services.clock.advance(HOUR);
    expect(await prolong(session)).toBeDefined();
  });

  it('is done by one of the requests of the same moment', async () => {
    const other = await services.startInstance();
    const session = await logIn();
    services.clock.advance(HOUR);
    await Promise.all([verify(session), verify(session, other)]);

    const instances = [services, other, services, other];
    const prolonged = await Promise.all(instances.map((instance) => prolong(session, instance)));

    expect(prolonged.filter((one) => one !== undefined)).toHaveLength(1);
  });

  it('reads nothing more, and writes nothing until it is due', async () => {
    const session = await logIn();
    await verify(session);
    services.commands.length = 0;

    await prolong(session);

    expect(services.commands).toEqual([]);
    services.clock.advance(HOUR);
    await verify(session);
    await prolong(session);
    expect(services.commands).toEqual(['aggregate', 'findAndModify']);
  });

  it('happens after half of a short life', async () => {
    await restart({ settings: { sessionInactivityTimeToLiveMilliseconds: 10 * MINUTE } });
    const session = await logIn();
    services.clock.advance(5 * MINUTE - 1);
    expect(await prolong(session)).toBeUndefined();
    services.clock.advance(1);
    expect(await prolong(session)).toMatchObject({ maximumAgeSeconds: 600 });
    services.clock.advance(10 * MINUTE);
    await expect(verify(session)).rejects.toThrow(AccessTokenInvalidError);
  });

  it('never exceeds the longest life', async () => {
    await restart({ settings: { sessionAbsoluteTimeToLiveMilliseconds: 31 * DAY } });
    const session = await logIn();
    services.clock.advance(29 * DAY);
    expect(await prolong(session)).toMatchObject({ maximumAgeSeconds: (2 * DAY) / SECOND });
    services.clock.advance(2 * DAY);
    await expect(verify(session)).rejects.toThrow(AccessTokenInvalidError);
  });

  it('does nothing for the former cookie', async () => {
    const first = await logIn();
    services.clock.advance(HOUR);
    const { cookie: second } = await prove(first);

    expect(await prolong(first)).toBeUndefined();
    expect(await prolong(second)).toMatchObject({ value: second.value });
  });

  it('does nothing for a session that ended', async () => {
    const other = await services.startInstance();
    const session = await logIn();
    services.clock.advance(HOUR);
    await verify(session);
    await other.authentication.endSession({ accountId, sessionId: session.sessionId }, context);

    expect(await prolong(session)).toBeUndefined();
    expect(await outcomesOf([verify(session)])).toEqual({ AccessTokenInvalidError: 1 });
  });
});
