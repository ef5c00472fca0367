import { AccessTokenInvalidError, allSessionsEnded } from '@org/authentication';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  actionsIn,
  context,
  createServices,
  origin,
  otherAccountId,
  type TestServices,
} from './services.ts';

let services: TestServices;
let published: unknown[];

beforeEach(async () => {
  published = [];
  services = await createServices({
    events: {
      hasListeners: () => true,
      publish: async ({ name }, payload) => {
        published.push([name, payload]);
      },
    },
  });
});
afterEach(async () => {
  await services.remove();
});

function start(account = accountId) {
  services.clock.advance(1);
  return services.authentication.createAccessToken({ accountId: account, ...origin }, context);
}

const end = () => services.authentication.endAllSessions(context);
const isAlive = (token: string) =>
  services.authentication.verifyAccessToken({ token }, context).then(
    () => true,
    (error: unknown) => !(error instanceof AccessTokenInvalidError),
  );

describe('endAllSessions', () => {
  it('ends those of every account and transport at once, and lets new ones begin', async () => {
    const { authentication, clock } = services;
    const first = await start();
    const other = await start(otherAccountId);
    const cookie = await authentication.cookieSessions.createCookieSession(
      { accountId, ...origin },
      context,
    );
    expect([await isAlive(first.token), await isAlive(other.token)]).toEqual([true, true]);
    const { value } = cookie;
    await authentication.cookieSessions.verifyCookie({ value }, context);

    const { endedAt } = await end();

    expect(endedAt).toEqual(clock.now());
    expect([await isAlive(first.token), await isAlive(other.token)]).toEqual([false, false]);
    await expect(authentication.cookieSessions.verifyCookie({ value }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
    const { refreshToken } = first;
    await expect(
      authentication.refreshAccessToken({ refreshToken, ...origin }, context),
    ).rejects.toThrow(AccessTokenInvalidError);
    expect(await authentication.getSessionsByAccountId({ accountId }, context)).toEqual([]);
    expect(await isAlive((await start()).token)).toBe(true);
  });

  it('acts in another process within half a second', async () => {
    const { token } = await start();
    const elsewhere = await services.startInstance();
    const verify = () => elsewhere.authentication.verifyAccessToken({ token }, context);
    await verify();

    await end();
    services.clock.advance(500);

    await expect(verify()).rejects.toThrow(AccessTokenInvalidError);
  });

  it('can be repeated, is recorded, and publishes one event', async () => {
    const [{ token }] = [await start(), await start(otherAccountId)];
    published = [];

    await end();
    services.clock.advance(1_000);
    const { endedAt } = await end();

    expect(await isAlive(token)).toBe(false);
    expect(published).toHaveLength(2);
    expect(published[1]).toEqual([allSessionsEnded.name, { endedAt: endedAt.toISOString() }]);
    expect(actionsIn(services).filter((each) => each === 'session_ended')).toHaveLength(2);
    expect(await services.database.collection('session_cutoffs').find().toArray()).toMatchObject([
      { _id: 'all', ended_at: endedAt },
    ]);
  });

  it('costs a request no further round trip', async () => {
    const { token } = await start();
    const { sid: sessionId } = decodeJwt(token);
    await end();
    const later = await start();
    services.commands.length = 0;

    await isAlive(later.token);

    expect(services.commands).toEqual(['aggregate']);
    expect(sessionId).toBeDefined();
  });
});
