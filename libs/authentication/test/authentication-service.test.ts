import { randomBytes } from 'node:crypto';

import {
  AccessTokenExpiredError,
  AccessTokenInvalidError,
  AuthenticationService,
  SigningKeyUnusableError,
} from '@org/authentication';
import { OperationContext, SecretKey } from '@org/core';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { ObjectId } from 'mongodb';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const context = OperationContext.anonymous('request-1');
const accountId = '64b000000000000000000001';
const origin = { accountId, userAgent: 'test', ip: '127.0.0.1' };
const secretKey = SecretKey.create({ current: randomBytes(32) });

let clock: FakeClock;
let throwaway: ThrowawayDatabase;
let authentication: AuthenticationService;

beforeEach(async () => {
  clock = new FakeClock(new Date());
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock });
  authentication = createService();
  await authentication.initialize();
});
afterEach(async () => {
  await throwaway.remove();
});

function createService(key = secretKey): AuthenticationService {
  return AuthenticationService.create({
    database: throwaway.database,
    audit: new RecordingAuditTrail(),
    secretKey: key,
    clock,
  });
}

function sessions() {
  return throwaway.database.collection('sessions');
}

describe('createAccessToken', () => {
  it('signs a JWT with the header and claims of RFC 9068', async () => {
    const { token, expiresAt } = await authentication.createAccessToken(origin, context);

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

    await authentication.createAccessToken({ ...origin, userAgent }, context);

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
    const { token } = await authentication.createAccessToken(origin, context);

    expect(await authentication.verifyAccessToken({ token }, context)).toEqual({
      accountId,
      sessionId: decodeJwt(token)['sid'],
    });
  });

  it('calls a token expired from its last second on', async () => {
    const { token, expiresAt } = await authentication.createAccessToken(origin, context);
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
    ["another account's", () => ({ account_id: '64b000000000000000000002' })],
  ])('refuses a token whose session is %s', async (_what, change) => {
    const { token } = await authentication.createAccessToken(origin, context);
    await sessions().updateOne({}, { $set: change() });

    await expect(authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('refuses a token whose session is gone', async () => {
    const { token } = await authentication.createAccessToken(origin, context);
    await sessions().deleteMany({});

    await expect(authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('asks the database once', async () => {
    const monitored = await createThrowawayDatabase({
      uri: inject('mongodbUri'),
      clock,
      monitorCommands: true,
    });
    const service = AuthenticationService.create({
      database: monitored.database,
      audit: new RecordingAuditTrail(),
      secretKey,
      clock,
    });
    await service.initialize();
    const { token } = await service.createAccessToken(origin, context);
    const commands: string[] = [];
    monitored.database.client.on('commandStarted', ({ commandName }) => commands.push(commandName));

    await service.verifyAccessToken({ token }, context);

    expect(commands).toEqual(['find']);
    await monitored.remove();
  });
});

describe('the signing key', () => {
  it('survives a restart', async () => {
    const { token } = await authentication.createAccessToken(origin, context);
    const restarted = createService();
    await restarted.initialize();

    expect(await restarted.verifyAccessToken({ token }, context)).toMatchObject({ accountId });
  });

  it('is the same for four processes that start at once on an empty database', async () => {
    await throwaway.database.driver.dropDatabase();
    const services = Array.from({ length: 4 }, () => createService());

    await Promise.all(services.map((service) => service.initialize()));

    const tokens = await Promise.all(
      services.map((service) => service.createAccessToken(origin, context)),
    );
    const keyIds = tokens.map(({ token }) => decodeProtectedHeader(token).kid);
    expect(new Set(keyIds).size).toBe(1);
  });

  it('lies in the database encrypted', async () => {
    const stored = await throwaway.database.collection('access_token_signing_keys').findOne();

    const bytes = Buffer.from(stored!['encrypted_private_key'].buffer);
    expect(bytes.toString('latin1')).not.toContain('"d"');
    expect(JSON.stringify(stored)).not.toContain('OKP');
  });

  it('is unusable at start-up with another secret key, and says what to do', async () => {
    const restarted = createService(SecretKey.create({ current: randomBytes(32) }));

    const starting = restarted.initialize();

    await expect(starting).rejects.toThrow(SigningKeyUnusableError);
    await expect(starting).rejects.toMatchObject({ code: 'ACCESS_TOKEN_ERR_06' });
    await expect(starting).rejects.toThrow(/as the current or the previous one/);
  });

  it('moves from the previous secret key to the current one, which then suffices', async () => {
    const previous = randomBytes(32);
    const current = randomBytes(32);
    await throwaway.database.driver.dropDatabase();
    const before = createService(SecretKey.create({ current: previous }));
    await before.initialize();
    const { token } = await before.createAccessToken(origin, context);

    await createService(SecretKey.create({ current, previous })).initialize();

    const after = createService(SecretKey.create({ current }));
    await after.initialize();
    expect(await after.verifyAccessToken({ token }, context)).toMatchObject({ accountId });
  });
});

describe('storage', () => {
  it('finds a session by an index', async () => {
    await sessions().insertMany(
      Array.from({ length: 100 }, () => ({
        _id: new ObjectId(),
        account_id: accountId,
        expires_at: new Date(),
        absolute_expires_at: new Date(Date.now() + DAY),
        created_at: new Date(),
        updated_at: new Date(),
      })),
    );
    const one = await sessions().findOne();

    const plan = await sessions()
      .find({ _id: one!._id, revoked_at: null })
      .explain('executionStats');

    expect(plan['executionStats'].totalDocsExamined).toBe(1);
  });
});
