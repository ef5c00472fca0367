import {
  AccessTokenInvalidError,
  AuthenticationNotRecentError,
  OtpExpiredError,
  OtpIncorrectError,
  type CurrentSession,
} from '@org/authentication';
import { TooManyRequestsError } from '@org/core';
import { decodeJwt } from 'jose';
import { ObjectId } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  actionsIn,
  context,
  createServices,
  DAY,
  EMAIL,
  MINUTE,
  origin,
  otherAccountId,
  outcomesOf,
  phoneNumber,
  WrongCredentialsError,
  type Instance,
  type TestServices,
} from './services.ts';

interface Session {
  readonly accountId: string;
  readonly sessionId: string;
}

let services: TestServices;

beforeEach(async () => {
  services = await createServices({ throttled: true });
});
afterEach(async () => {
  await services.remove();
});

async function logIn(): Promise<Session & { token: string; refreshToken: string }> {
  const credentials = { username: 'ada', password: 'right' };
  const tokens = await services.login.loginByUsernameAndPassword(
    { ...credentials, ...origin },
    context,
  );
  return { ...tokens, accountId, sessionId: String(decodeJwt(tokens.token)['sid']) };
}

function check({ sessionId }: Session, { authentication }: Instance = services): Promise<void> {
  return authentication.assertRecentlyAuthenticated({ accountId, sessionId }, context);
}

function prove({ sessionId }: Session, password = 'right'): Promise<CurrentSession> {
  return services.login.reauthenticateByPassword({ accountId, sessionId, password }, context);
}

function proveByOtp({ sessionId }: Session, otpCode: unknown): Promise<CurrentSession> {
  return services.login.reauthenticateByOtp({ accountId, sessionId, otpCode }, context);
}

async function requestOtp(): Promise<string> {
  await services.authentication.otps.requestOtp({ phoneNumber, accountId }, context);
  return services.sent.at(-1)!.data.code;
}

function proveByEmailCode({ sessionId }: Session, emailCode: unknown): Promise<CurrentSession> {
  return services.login.reauthenticateByEmailCode({ accountId, sessionId, emailCode }, context);
}

async function requestEmailCode(emailAddress = EMAIL): Promise<string> {
  await services.login.requestLoginByEmail({ emailAddress, ...origin }, context);
  return services.mails.at(-1)!.data.code;
}

function read({ sessionId }: Session): Promise<CurrentSession> {
  return services.authentication.getCurrentSession({ accountId, sessionId }, context);
}

function sessions() {
  return services.database.collection('sessions');
}

describe('a login', () => {
  it('is recent for ten minutes', async () => {
    const session = await logIn();
    services.clock.advance(10 * MINUTE);
    await check(session);

    services.clock.advance(1);

    const refused = await check(session).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AuthenticationNotRecentError);
    expect(refused).toMatchObject({
      httpStatus: 403,
      code: 'ACCESS_TOKEN_ERR_08',
      challenge: 'Bearer error="insufficient_user_authentication", max_age=600',
    });
  });

  it('is recent for as long as the settings say', async () => {
    const recentAuthenticationTimeToLiveMilliseconds = 2 * MINUTE;
    const settings = { recentAuthenticationTimeToLiveMilliseconds };
    const other = await services.startInstance({ settings });
    const session = await logIn();
    services.clock.advance(2 * MINUTE + 1);

    await expect(check(session, other)).rejects.toMatchObject({
      challenge: expect.stringContaining('max_age=120'),
    });
  });

  it('is always recent where the settings do not ask for it', async () => {
    const other = await services.startInstance({
      settings: { requiresRecentAuthentication: false },
    });
    const session = await logIn();
    services.clock.advance(DAY);

    await check(session, other);
  });

  it('tells by what', async () => {
    const byPassword = await logIn();
    const { token } = await services.login.loginByPhoneNumberAndOtp(
      { phoneNumber, otpCode: await requestOtp(), ...origin },
      context,
    );
    const emailCode = await requestEmailCode();
    const mailed = await services.login.loginByEmailAndCode(
      { emailAddress: EMAIL, emailCode, ...origin },
      context,
    );
    const byEmailCode = { accountId, sessionId: String(decodeJwt(mailed.token)['sid']) };
    const byOtp = { accountId, sessionId: String(decodeJwt(token)['sid']) };

    expect(await read(byPassword)).toEqual({
      accountId,
      sessionId: byPassword.sessionId,
      expiresAt: new Date(services.clock.now().getTime() + 30 * DAY),
      authenticatedAt: services.clock.now(),
      authenticatedBy: 'password',
    });
    expect(await read(byOtp)).toMatchObject({ authenticatedBy: 'otp' });
    expect(await read(byEmailCode)).toMatchObject({ authenticatedBy: 'email_code' });
  });

  it('is not made recent by a refresh', async () => {
    const session = await logIn();
    const authenticatedAt = services.clock.now();
    services.clock.advance(11 * MINUTE);

    const { refreshToken } = session;
    await services.login.refresh({ refreshToken, ...origin }, context);

    expect(await read(session)).toMatchObject({ authenticatedAt, authenticatedBy: 'password' });
    await expect(check(session)).rejects.toThrow(AuthenticationNotRecentError);
  });

  it('was at the beginning of a session that an earlier version stored', async () => {
    const session = await logIn();
    await sessions().updateMany({}, { $unset: { authenticated_at: 1, authenticated_by: 1 } });

    await check(session);
    expect(await read(session)).toMatchObject({
      authenticatedAt: services.clock.now(),
      authenticatedBy: null,
    });
    services.clock.advance(10 * MINUTE + 1);
    await expect(check(session)).rejects.toThrow(AuthenticationNotRecentError);
    await prove(session);
    await check(session);
  });

  it('may be by what a later version knows', async () => {
    const session = await logIn();
    await sessions().updateMany({}, { $set: { authenticated_by: 'passkey' } });

    expect(await read(session)).toMatchObject({ authenticatedBy: 'passkey' });
  });
});

describe('assertRecentlyAuthenticated', () => {
  it('needs no read of its own after the token was verified', async () => {
    const { token, ...session } = await logIn();
    await services.authentication.verifyAccessToken({ token }, context);
    services.clock.advance(500);
    const before = services.commands.length;

    await services.authentication.verifyAccessToken({ token }, context);
    await check(session);

    expect(services.commands.slice(before)).toEqual(['aggregate']);
  });

  it.each(['its own', 'another'])('sees at once what was proved in %s process', async (which) => {
    const session = await logIn();
    const process = which === 'another' ? await services.startInstance() : services;
    services.clock.advance(11 * MINUTE);
    await expect(check(session, process)).rejects.toThrow(AuthenticationNotRecentError);

    await prove(session);

    await check(session, process);
  });

  it.each([
    ['has ended', async (session: Session) => services.login.logout(session, context)],
    [
      'is of another account',
      async () => sessions().updateMany({}, { $set: { account_id: otherAccountId } }),
    ],
  ])('refuses a session that %s', async (_what, happen) => {
    const session = await logIn();
    await happen(session);

    await expect(check(session)).rejects.toThrow(AccessTokenInvalidError);
    await expect(read(session)).rejects.toThrow(AccessTokenInvalidError);
  });
});

describe('authenticating again', () => {
  it.each([
    ['password', async (session: Session) => prove(session)],
    ['otp', async (session: Session) => proveByOtp(session, await requestOtp())],
    ['email_code', async (session: Session) => proveByEmailCode(session, await requestEmailCode())],
  ])('by %s makes the session recent, and no other', async (authenticatedBy, authenticate) => {
    const [session, other] = [await logIn(), await logIn()];
    services.clock.advance(11 * MINUTE);
    services.audit.events.length = 0;

    const renewed = await authenticate(session);

    expect(renewed).toEqual(await read(session));
    expect(renewed).toMatchObject({ authenticatedAt: services.clock.now(), authenticatedBy });
    await check(session);
    await expect(check(other)).rejects.toThrow(AuthenticationNotRecentError);
    expect(services.audit.events).toContainEqual(
      expect.objectContaining({
        resourceType: 'sessions',
        resourceId: session.sessionId,
        action: 'authn_login_success',
      }),
    );
  });

  it.each([
    [WrongCredentialsError, 'a wrong password', async (session: Session) => prove(session, 'no')],
    [OtpIncorrectError, 'a wrong code', async (session: Session) => proveByOtp(session, 'no')],
    [OtpIncorrectError, 'no string', async (session: Session) => proveByOtp(session, 123_456)],
    [
      OtpIncorrectError,
      'a wrong code by mail',
      async (session: Session) => proveByEmailCode(session, 'no'),
    ],
  ])('throws %o for %s, records it, and changes nothing', async (expected, _what, authenticate) => {
    const session = await logIn();
    await requestOtp();
    const before = await read(session);
    services.clock.advance(11 * MINUTE);
    services.audit.events.length = 0;

    await expect(authenticate(session)).rejects.toThrow(expected);

    expect(await read(session)).toEqual(before);
    expect(actionsIn(services)).toEqual(['authn_login_fail failure']);
    expect(services.audit.events).toMatchObject([
      { resourceType: 'sessions', resourceId: session.sessionId },
    ]);
  });

  it('takes no code for an account without a number', async () => {
    const session = await logIn();
    const code = await requestOtp();
    services.directory.hasPhoneNumber = false;

    await expect(proveByOtp(session, code)).rejects.toThrow(OtpIncorrectError);
  });

  it('takes no code by mail for an account without a verified address, after the same work', async () => {
    const session = await logIn();
    const code = await requestEmailCode();
    const refuse = async (typed: string) => {
      const before = services.commands.length;
      await expect(proveByEmailCode(session, typed)).rejects.toThrow(OtpIncorrectError);
      return services.commands.slice(before);
    };
    const forNoCode = await refuse('no');

    services.directory.emailVerified = false;

    expect(await refuse(code)).toEqual(forNoCode);
  });

  it('takes no code that was mailed to another address, or to change one', async () => {
    const session = await logIn();
    const code = await requestEmailCode('other@example.org');
    await expect(proveByEmailCode(session, code)).rejects.toThrow(OtpIncorrectError);

    const purpose = `contact:${accountId}` as const;
    const change = { emailAddress: EMAIL, purpose, accountId };
    await services.authentication.emailCodes.requestEmailCode(change, context);
    const codeOfChange = services.mails.at(-1)!.data.code;
    await expect(proveByEmailCode(session, codeOfChange)).rejects.toThrow(OtpIncorrectError);
  });

  it('uses a code up', async () => {
    const session = await logIn();
    const code = await requestOtp();
    await proveByOtp(session, code);

    await expect(proveByOtp(session, code)).rejects.toThrow(OtpExpiredError);
    await expect(
      services.login.loginByPhoneNumberAndOtp({ phoneNumber, otpCode: code, ...origin }, context),
    ).rejects.toThrow(OtpExpiredError);
  });

  it.each([
    ['ended', { revoked_at: new Date() }],
    ['expired', { expires_at: new Date(0) }],
    ['moved on to another password', { epoch: 1 }],
  ])('is refused if the session %s while the proof was checked', async (_what, change) => {
    const session = await logIn();
    const { directory } = services;
    const original = directory.getAccountByIdAndPassword.bind(directory);
    directory.getAccountByIdAndPassword = async (params) => {
      const account = await original(params);
      await sessions().updateMany({}, { $set: change });
      return account;
    };
    services.clock.advance(11 * MINUTE);
    services.audit.events.length = 0;

    await expect(prove(session)).rejects.toThrow(AccessTokenInvalidError);

    const stored = await sessions().findOne({ _id: new ObjectId(session.sessionId) });
    expect(stored!['authenticated_at']).not.toEqual(services.clock.now());
    expect(actionsIn(services)).toEqual([]);
  });
});

describe("a session's throttle", () => {
  async function failInSession(session: Session): Promise<void> {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await expect(prove(session, 'wrong')).rejects.toThrow(WrongCredentialsError);
    }
  }

  it('refuses a right proof after five failures, however it is made, and records that', async () => {
    const session = await logIn();
    const code = await requestOtp();
    await failInSession(session);
    services.audit.events.length = 0;

    await expect(prove(session)).rejects.toThrow(TooManyRequestsError);
    await expect(proveByOtp(session, code)).rejects.toThrow(TooManyRequestsError);

    expect(services.audit.events).toContainEqual(
      expect.objectContaining({
        resourceType: 'sessions',
        resourceId: session.sessionId,
        action: 'excess_rate_limit_exceeded',
      }),
    );
    services.clock.advance(1_000);
    await prove(session);
  });

  it('is forgotten after a success', async () => {
    const session = await logIn();
    for (const password of ['wrong', 'wrong', 'wrong', 'right', 'wrong', 'wrong', 'wrong']) {
      await prove(session, password).catch(() => undefined);
    }

    await prove(session);
  });

  it('counts attempts before they are evaluated', async () => {
    const session = await logIn();
    services.directory.calls.length = 0;

    const outcomes = await outcomesOf(Array.from({ length: 30 }, () => prove(session, 'wrong')));

    expect(outcomes).toEqual({ WrongCredentialsError: 5, TooManyRequestsError: 25 });
    expect(services.directory.calls).toHaveLength(5);
  });

  it('is not used up by other sessions, nor by failed logins', async () => {
    const [session, thiefs] = [await logIn(), await logIn()];
    await failInSession(thiefs);
    const wrong = { username: 'ada', password: 'wrong', ...origin };
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await services.login.loginByUsernameAndPassword(wrong, context).catch(() => undefined);
    }
    await expect(logIn()).rejects.toThrow(TooManyRequestsError);

    await prove(session);
  });

  it('keeps nobody from logging in', async () => {
    await failInSession(await logIn());

    await logIn();
  });
});
