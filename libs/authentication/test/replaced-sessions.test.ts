import { AccessTokenInvalidError, type CookieSession } from '@org/authentication';
import { ServiceUnavailableError } from '@org/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  context,
  createServices,
  origin,
  otherAccountId,
  type Instance,
  type TestServices,
} from './services.ts';

let services: TestServices;

beforeEach(async () => {
  services = await createServices({ settings: { sessionMaximumPerAccount: 2 } });
});
afterEach(async () => {
  await services.remove();
});

function logIn(replacedSession?: CookieSession, { login }: Instance = services) {
  const credentials = { username: 'ada', password: 'right', transport: 'cookie' } as const;
  const params = { ...credentials, replacedSession, ...origin };
  return login.loginByUsernameAndPassword(params, context);
}

function verify({ value }: CookieSession) {
  return services.authentication.cookieSessions.verifyCookie({ value }, context);
}

function sessions() {
  return services.database.collection('sessions');
}

describe('a session that replaces one', () => {
  it('ends no other one at the maximum of sessions', async () => {
    const phone = await logIn();
    services.clock.advance(1);
    const first = await logIn();
    services.clock.advance(1);

    const second = await logIn(first);
    services.clock.advance(1);
    const third = await logIn(second);

    await expect(verify(first)).rejects.toThrow(AccessTokenInvalidError);
    await expect(verify(second)).rejects.toThrow(AccessTokenInvalidError);
    await verify(phone);
    await verify(third);
    services.clock.advance(1);
    const fourth = await logIn();
    await verify(fourth);
    expect(await sessions().countDocuments({ revoked_at: null })).toBe(2);
  });

  it('ends that of another account in the name of its owner', async () => {
    const { authentication, audit } = services;
    const other = await authentication.cookieSessions.createCookieSession(
      { accountId: otherAccountId, ...origin },
      context,
    );
    audit.events.length = 0;

    await verify(await logIn(other));

    await expect(verify(other)).rejects.toThrow(AccessTokenInvalidError);
    const ended = audit.events.filter(({ action }) => action === 'session_ended');
    expect(ended).toMatchObject([
      { resourceId: other.sessionId, context: { actor: { type: 'account', id: otherAccountId } } },
    ]);
  });

  it('does not start if that one cannot be ended', async () => {
    const former = await logIn();
    const record = services.audit.record.bind(services.audit);
    services.audit.record = async (events, transaction) => {
      if (events.some(({ action }) => action === 'session_ended')) {
        throw new ServiceUnavailableError();
      }
      await record(events, transaction);
    };

    await expect(logIn(former)).rejects.toThrow(ServiceUnavailableError);

    await verify(former);
    expect(await sessions().countDocuments()).toBe(1);
  });

  it('starts if that one has ended, also by another at the same moment', async () => {
    const other = await services.startInstance();
    const former = await logIn();

    const replacing = await Promise.all([logIn(former), logIn(former, other)]);

    await expect(verify(former)).rejects.toThrow(AccessTokenInvalidError);
    for (const session of replacing) {
      await verify(session);
    }
    services.clock.advance(1);
    await verify(await logIn(former));
  });
});
