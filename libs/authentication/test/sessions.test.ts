import { decodeJwt } from 'jose';
import { ObjectId } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  actionsIn,
  context,
  createServices,
  DAY,
  MINUTE,
  origin,
  otherAccountId,
  type TestServices,
} from './services.ts';

let services: TestServices;

beforeEach(async () => {
  services = await createServices({ settings: { sessionMaximumPerAccount: 3 } });
});
afterEach(async () => {
  await services.remove();
});

interface StartedSession {
  readonly token: string;
  readonly refreshToken: string;
  readonly sessionId: string;
}

async function start(account = accountId): Promise<StartedSession> {
  services.clock.advance(1);
  const { token, refreshToken } = await services.authentication.createAccessToken(
    { accountId: account, ...origin },
    context,
  );
  return { token, refreshToken, sessionId: String(decodeJwt(token)['sid']) };
}

async function refresh({ refreshToken }: StartedSession): Promise<void> {
  await services.authentication.refreshAccessToken({ refreshToken, ...origin }, context);
}

async function listIds(account = accountId): Promise<string[]> {
  const sessions = await services.authentication.getSessionsByAccountId(
    { accountId: account },
    context,
  );
  return sessions.map(({ id }) => id);
}

describe('a session', () => {
  it('has an id of the time that the clock tells', async () => {
    services.clock.advance(2 * DAY);

    const { sessionId } = await start();

    const seconds = Math.floor(services.clock.now().getTime() / 1_000);
    expect(new ObjectId(sessionId).getTimestamp()).toEqual(new Date(seconds * 1_000));
  });
});

describe('getSessionsByAccountId', () => {
  it('says of none that it was used before it began, although it takes time to store it', async () => {
    await start();
    const later = new Date(services.clock.now().getTime() + 5);
    await services.database.collection('sessions').updateMany({}, { $set: { created_at: later } });

    const [session] = await services.authentication.getSessionsByAccountId({ accountId }, context);

    expect(session).toMatchObject({ createdAt: later, lastUsedAt: later });
  });

  it("lists the account's live sessions, newest first, and marks the one that asks", async () => {
    const { authentication, clock } = services;
    const first = await start();
    const startedAt = clock.now();
    const second = await start();
    await start(otherAccountId);

    const sessions = await authentication.getSessionsByAccountId(
      { accountId, currentSessionId: first.sessionId },
      context,
    );

    expect(sessions.map(({ id }) => id)).toEqual([second.sessionId, first.sessionId]);
    expect(sessions[1]).toEqual({
      id: first.sessionId,
      createdAt: startedAt,
      lastUsedAt: startedAt,
      userAgent: 'test',
      device: null,
      browser: null,
      ip: '203.0.113.7',
      isCurrent: true,
    });
    expect(sessions[0]!.isCurrent).toBe(false);
  });

  it('leaves out what has ended, for want of use too', async () => {
    const { sessionId } = await start();
    await services.authentication.endSession({ accountId, sessionId }, context);
    const unused = await start();
    expect(await listIds()).toEqual([unused.sessionId]);

    services.clock.advance(30 * DAY);

    expect(await listIds()).toEqual([]);
  });
});

describe('an account', () => {
  it('keeps the session that somebody uses, however many others are started', async () => {
    const phone = await start();
    services.clock.advance(MINUTE);
    await refresh(phone);

    for (let logins = 0; logins < 50; logins += 1) {
      services.clock.advance(1);
      await start();
    }

    await services.authentication.verifyAccessToken(phone, context);
    expect(await listIds()).toHaveLength(3);
  });

  it('keeps the session that somebody reads with and has not refreshed yet', async () => {
    const phone = await start();

    for (let logins = 0; logins < 54; logins += 1) {
      services.clock.advance(500);
      await services.authentication.verifyAccessToken(phone, context);
      const script = await start();
      await services.authentication.verifyAccessToken(script, context);
    }

    await services.authentication.verifyAccessToken(phone, context);
    expect(await listIds()).toHaveLength(3);
  });

  it('keeps the session that was refreshed within two lives of its access token', async () => {
    const { authentication } = await services.startInstance({
      settings: { sessionMaximumPerAccount: 3, accessTokenTimeToLiveMilliseconds: 120 * MINUTE },
    });
    const phone = await start();
    services.clock.advance(MINUTE);
    await refresh(phone);
    services.clock.advance(100 * MINUTE);

    for (let logins = 0; logins < 5; logins += 1) {
      services.clock.advance(1);
      await authentication.createAccessToken({ accountId, ...origin }, context);
    }

    expect(await listIds()).toContain(phone.sessionId);
  });

  it('loses the session that was used longest ago, not the oldest', async () => {
    const oldest = await start();
    services.clock.advance(MINUTE);
    const [second, third] = [await start(), await start()];
    services.clock.advance(MINUTE);
    await refresh(oldest);
    services.clock.advance(MINUTE);

    const fourth = await start();

    await services.authentication.verifyAccessToken(oldest, context);
    expect(await listIds()).not.toContain(second.sessionId);
    expect(await listIds()).toEqual(expect.arrayContaining([third.sessionId, fourth.sessionId]));
  });

  it('keeps one at least of sessions that are started at once, on two instances', async () => {
    const settings = { sessionMaximumPerAccount: 1 };
    const [one, other] = [
      await services.startInstance({ settings }),
      await services.startInstance({ settings }),
    ];

    await Promise.all(
      [one, other].map(({ authentication }) =>
        authentication.createAccessToken({ accountId, ...origin }, context),
      ),
    );

    expect((await listIds()).length).toBeGreaterThan(0);
  });

  it('has no more than the maximum of sessions: the ones used longest ago end', async () => {
    const [first, second, third] = [await start(), await start(), await start()];

    const fourth = await start();

    expect(await listIds()).toEqual([fourth, third, second].map(({ sessionId }) => sessionId));
    const verifying = services.authentication.verifyAccessToken(first, context);
    await expect(verifying).rejects.toMatchObject({ code: 'ACCESS_TOKEN_ERR_05' });
  });
});

describe('endSession', () => {
  it('ends that one only, and records it once', async () => {
    const first = await start();
    const second = await start();
    services.audit.events.length = 0;

    await services.authentication.endSession({ accountId, ...first }, context);
    await services.authentication.endSession({ accountId, ...first }, context);

    expect(await listIds()).toEqual([second.sessionId]);
    expect(services.audit.events).toMatchObject([
      { resourceType: 'sessions', resourceId: first.sessionId, action: 'session_ended' },
    ]);
  });

  it.each([
    ["another account's", async () => (await start(otherAccountId)).sessionId],
    ['an unknown one', async () => '000000000000000000000000'],
    ['no id at all', async () => 'x'.repeat(5_000)],
  ])('leaves %s alone, and says nothing of it', async (_what, idOf) => {
    const sessionId = await idOf();
    const before = await listIds(otherAccountId);
    services.audit.events.length = 0;

    await services.authentication.endSession({ accountId, sessionId }, context);

    expect(await listIds(otherAccountId)).toEqual(before);
    expect(actionsIn(services)).toEqual([]);
  });
});

describe('endSessionsByAccountId', () => {
  it("ends all of the account's, or all but one", async () => {
    const [first, second] = [await start(), await start()];
    const { sessionId: foreign } = await start(otherAccountId);

    await services.authentication.endSessionsByAccountId({ accountId, kept: first }, context);
    expect(await listIds()).toEqual([first.sessionId]);

    await services.authentication.endSessionsByAccountId({ accountId }, context);
    expect(await listIds()).toEqual([]);
    expect(await listIds(otherAccountId)).toEqual([foreign]);
    const ended = services.audit.events.filter(({ action }) => action === 'session_ended');
    expect(ended.map(({ resourceId }) => resourceId)).toEqual([second.sessionId, first.sessionId]);
  });

  it('is undone with the transaction around it', async () => {
    const { sessionId } = await start();

    const undone = services.database.withTransaction(context, async (transaction) => {
      await services.authentication.endSessionsByAccountId({ accountId }, transaction);
      throw new Error('undone');
    });

    await expect(undone).rejects.toThrow('undone');
    expect(await listIds()).toEqual([sessionId]);
  });
});
