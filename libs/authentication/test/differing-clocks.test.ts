import { randomBytes } from 'node:crypto';

import { AuthenticationService, ThrottleService } from '@org/authentication';
import { SecretKey, systemClock, type Clock } from '@org/core';
import { Database, DatabaseClock } from '@org/core/store';
import {
  createThrowawayDatabase,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { accountId, context, HOUR, origin, phoneNumber, SECOND } from './services.ts';

const secretKey = SecretKey.create({ current: randomBytes(32) });

let throwaway: ThrowawayDatabase;
let opened: Database[];

beforeEach(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((database) => database.close()));
  await throwaway.remove();
});

/** The clock of a machine that is off by so much. */
function offBy(milliseconds: number): Clock {
  return {
    now: () => new Date(systemClock.now().getTime() + milliseconds),
    monotonicMilliseconds: () => systemClock.monotonicMilliseconds(),
  };
}

async function startInstance(clock: Clock) {
  const { databaseName } = throwaway;
  const database = await Database.connect({ uri: inject('mongodbUri'), databaseName, clock });
  opened.push(database);
  const codes: string[] = [];
  const shared = { database, secretKey, audit: new RecordingAuditTrail() };
  const throttle = ThrottleService.create(shared);
  await throttle.initialize();
  const authentication = AuthenticationService.create({
    ...shared,
    throttle,
    notification: {
      sendSmsForAccount: async ({ data }) => {
        codes.push(data.code);
      },
      sendEmailForAccount: async () => undefined,
    },
  });
  await authentication.initialize();
  return { authentication, codes };
}

async function measured(machine: Clock): Promise<Clock> {
  const clock = new DatabaseClock({ machine });
  await clock.measure(() => throwaway.database.client.db('admin').command({ hello: 1 }));
  return clock;
}

async function useBoth(here: Clock, there: Clock): Promise<void> {
  const [first, second] = [await startInstance(here), await startInstance(there)];
  const issued = await first.authentication.createAccessToken({ accountId, ...origin }, context);
  const { sessionId } = await second.authentication.verifyAccessToken(issued, context);
  await second.authentication.assertRecentlyAuthenticated({ accountId, sessionId }, context);
  const { refreshToken } = issued;
  const refreshed = await second.authentication.refreshAccessToken(
    { refreshToken, ...origin },
    context,
  );
  await first.authentication.verifyAccessToken(refreshed, context);
  const replayed = await first.authentication.refreshAccessToken(
    { refreshToken, ...origin },
    context,
  );
  expect(replayed.refreshToken).toBe(refreshed.refreshToken);
  await first.authentication.otps.requestOtp({ phoneNumber, accountId }, context);
  const otpCode = first.codes.at(-1) ?? '';
  await second.authentication.otps.verifyOtp({ phoneNumber, otpCode }, context);
}

describe('two instances whose clocks differ', () => {
  it.each([
    [2 * SECOND, 0],
    [4 * SECOND, -4 * SECOND],
    [HOUR, -HOUR],
    [-HOUR, HOUR],
  ])('serve each other at %i and %i ms, measured', async (here, there) => {
    await useBoth(await measured(offBy(here)), await measured(offBy(there)));
  });

  it.each([
    [4 * SECOND, 0],
    [-4 * SECOND, 0],
  ])('serve each other at %i and %i ms where it was not measured', async (here, there) => {
    await useBoth(offBy(here), offBy(there));
  });
});
