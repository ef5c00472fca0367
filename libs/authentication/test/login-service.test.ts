import {
  AccessTokenInvalidError,
  OtpExpiredError,
  OtpIncorrectError,
  RefreshTokenReusedError,
} from '@org/authentication';
import { TooManyRequestsError } from '@org/core';
import { ObjectId } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  accountId,
  actionsIn,
  context,
  createServices,
  MINUTE,
  origin,
  phoneNumber,
  SECOND,
  WrongCredentialsError,
  type TestServices,
} from './services.ts';

let services: TestServices;

beforeEach(async () => {
  services = await createServices({ throttled: true });
});
afterEach(async () => {
  await services.remove();
});

function logIn(username = 'ada', password = 'right') {
  return services.login.loginByUsernameAndPassword({ username, password, ...origin }, context);
}

function logInByOtp(otpCode: unknown, given = phoneNumber) {
  return services.login.loginByPhoneNumberAndOtp(
    { phoneNumber: given, otpCode, ...origin },
    context,
  );
}

async function requestOtp(): Promise<string> {
  await services.authentication.otps.requestOtp({ phoneNumber, accountId }, context);
  return services.sent.at(-1)!.data.code;
}

function wrong(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

describe('a session', () => {
  const accountCollection = {
    name: 'people',
    activeField: 'may_act',
    sessionEpochField: 'changes',
  };
  const LOGINS = [
    ['password', async () => logIn()],
    ['one-time password', async () => logInByOtp(await requestOtp())],
  ] as const;

  beforeEach(async () => {
    await services.remove();
    services = await createServices({ accountCollection });
    await store({ may_act: true });
  });

  async function store(account: object): Promise<void> {
    const _id = ObjectId.createFromHexString(accountId);
    const people = services.database.collection('people');
    await people.replaceOne({ _id }, account, { upsert: true });
  }

  function verify(token: string) {
    return services.authentication.verifyAccessToken({ token }, context);
  }

  it.each(LOGINS)('is dead when the %s that starts it was shown before a change', async (_, by) => {
    await store({ may_act: true, changes: 1 });

    const { token } = await by();

    await expect(verify(token)).rejects.toThrow(AccessTokenInvalidError);
  });

  it.each(LOGINS)('lives when the %s that starts it was shown after it', async (_, by) => {
    await store({ may_act: true, changes: 1 });
    services.directory.sessionEpoch = 1;

    const { token } = await by();

    expect(await verify(token)).toMatchObject({ accountId });
  });

  it.each([
    ['is not active', { may_act: false }],
    ['has no such field', {}],
  ])('is dead half a second after its account %s', async (_, account) => {
    const { token, refreshToken } = await logIn();
    await verify(token);
    await store(account);

    services.clock.advance(500);

    await expect(verify(token)).rejects.toThrow(AccessTokenInvalidError);
    await expect(services.login.refresh({ refreshToken, ...origin }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });
});

describe('loginByUsernameAndPassword', () => {
  it('starts a session, and records both in one go as the account', async () => {
    const { token } = await logIn();

    const verified = await services.authentication.verifyAccessToken({ token }, context);
    expect(verified.accountId).toBe(accountId);
    expect(actionsIn(services).slice(-2)).toEqual(['session_created', 'authn_login_success']);
    const [created, succeeded] = services.audit.events.slice(-2);
    expect(created).toMatchObject({ resourceType: 'sessions', resourceId: verified.sessionId });
    expect(succeeded).toMatchObject({
      resourceType: 'accounts',
      resourceId: accountId,
      context: { actor: { type: 'account', id: accountId } },
    });
    expect(created!.context.transaction).toBe(succeeded!.context.transaction);
  });

  it('takes no more round trips one after the other than five, all told', async () => {
    await logIn();
    services.commands.length = 0;

    await logIn();

    // The throttle's two counters at the same time; then the session and its commit, while its
    // devices are looked up, which the owner may just have disowned in another process, and the
    // counters are settled. The directory and the audit trail, which this test replaces, add one each.
    expect(services.commands.slice(0, 2)).toEqual(['findAndModify', 'findAndModify']);
    expect(services.commands.slice(2).sort()).toEqual([
      'commitTransaction',
      'find',
      'findAndModify',
      'findAndModify',
      'insert',
    ]);
  });

  it('counts the sessions once, and looks twice at a device that seems to be new', async () => {
    services.commands.length = 0;

    await logIn();

    expect(services.commands.filter((name) => name === 'find')).toHaveLength(3);
  });

  it("passes the directory's refusal on, counts it and records it", async () => {
    const before = services.audit.events.length;

    await expect(logIn('ada', 'wrong')).rejects.toThrow(WrongCredentialsError);
    await expect(logIn('nobody')).rejects.toThrow(WrongCredentialsError);

    expect(actionsIn(services).slice(before)).toEqual([
      'authn_login_fail failure',
      'authn_login_fail failure',
    ]);
    expect(await services.database.collection('sessions').countDocuments()).toBe(0);
  });

  it('does the same for an unknown name as for a wrong password', async () => {
    const workOf = async (username: string) => {
      services.commands.length = 0;
      services.directory.calls.length = 0;
      await logIn(username, 'wrong').catch(() => undefined);
      return [services.commands.slice(), services.directory.calls.slice()];
    };

    expect(await workOf('nobody')).toEqual(await workOf('ada'));
  });

  it('answers a right password like a wrong one while the name pauses', async () => {
    for (let failure = 0; failure < 5; failure += 1) {
      await logIn('ada', 'wrong').catch(() => undefined);
    }
    services.directory.calls.length = 0;
    const refusals = await Promise.allSettled([logIn('ada', 'wrong'), logIn()]);

    const described = refusals.map((refusal) => {
      const { code, message, httpStatus, retryAfterSeconds } = (refusal as PromiseRejectedResult)
        .reason as TooManyRequestsError;
      return { code, message, httpStatus, retryAfterSeconds };
    });
    expect(described[0]).toEqual(described[1]);
    expect(described[0]).toMatchObject({ httpStatus: 429, retryAfterSeconds: 1 });
    expect(services.directory.calls).toEqual([]);
    expect(actionsIn(services).at(-1)).toBe('excess_rate_limit_exceeded denied');

    services.clock.advance(SECOND);
    await logIn();
    await logIn('ada', 'wrong').catch(() => undefined);
    await logIn();
  });
});

describe('loginByPhoneNumberAndOtp', () => {
  it('starts a session for a right code, and notes that the number is proved', async () => {
    const { token } = await logInByOtp(await requestOtp());

    expect(await services.authentication.verifyAccessToken({ token }, context)).toMatchObject({
      accountId,
    });
    expect(services.directory.calls).toEqual([
      'findAccountByPhoneNumber',
      'proveAccountPhoneNumber',
    ]);
    expect(actionsIn(services).slice(-2)).toEqual(['session_created', 'authn_login_success']);
  });

  it('knows the number however it is written', async () => {
    const code = await requestOtp();

    await logInByOtp(code, { countryCode: '91', phoneNumber: '99999 99999' });
  });

  it('refuses a wrong code, and records that', async () => {
    const code = await requestOtp();

    await expect(logInByOtp(wrong(code))).rejects.toThrow(OtpIncorrectError);

    expect(actionsIn(services).at(-1)).toBe('authn_login_fail failure');
    expect(services.directory.calls).not.toContain('proveAccountPhoneNumber');
  });

  it('refuses a used code, and what is no number', async () => {
    const code = await requestOtp();
    await logInByOtp(code);

    await expect(logInByOtp(code)).rejects.toThrow(OtpExpiredError);
    await expect(logInByOtp(code, { countryCode: 'x', phoneNumber: '' })).rejects.toThrow(
      OtpIncorrectError,
    );
  });

  it('refuses a right code of a number that no account has any more', async () => {
    const code = await requestOtp();
    services.directory.hasPhoneNumber = false;

    await expect(logInByOtp(code)).rejects.toThrow(OtpIncorrectError);
  });

  it('pauses after five failures, with new codes or not', async () => {
    let code = await requestOtp();
    for (let failure = 0; failure < 4; failure += 1) {
      await logInByOtp(wrong(code)).catch(() => undefined);
    }
    services.clock.advance(MINUTE);
    code = await requestOtp();
    await expect(logInByOtp(wrong(code))).rejects.toThrow(OtpIncorrectError);

    await expect(logInByOtp(code)).rejects.toThrow(TooManyRequestsError);

    services.clock.advance(SECOND);
    await logInByOtp(code);
  });
});

describe('refresh', () => {
  const refresh = (refreshToken: string) =>
    services.login.refresh({ refreshToken, ...origin }, context);

  it('exchanges a refresh token', async () => {
    const { refreshToken } = await logIn();

    const next = await refresh(refreshToken);

    expect(next.refreshToken).toContain('.1.');
  });

  it('tells the owner that an old token was used', async () => {
    const { refreshToken } = await logIn();
    await refresh(refreshToken);
    services.clock.advance(MINUTE);

    await expect(refresh(refreshToken)).rejects.toThrow(RefreshTokenReusedError);

    expect(services.directory.calls).toContain(`notifyAccountOfTokenReuse ${accountId}`);
    expect(actionsIn(services)).toContain('authn_token_reuse denied');
  });

  it('ends no session whose owner cannot be told, until that works', async () => {
    const { refreshToken } = await logIn();
    const { token } = await refresh(refreshToken);
    services.clock.advance(MINUTE);
    const notify = vi.spyOn(services.directory, 'notifyAccountOfTokenReuse');
    notify.mockRejectedValueOnce(new Error('cannot store the notice'));

    await expect(refresh(refreshToken)).rejects.toThrow('cannot store the notice');
    await services.authentication.verifyAccessToken({ token }, context);

    await expect(refresh(refreshToken)).rejects.toThrow(RefreshTokenReusedError);
    await expect(services.authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('records failures, and refuses a source that has too many', async () => {
    for (let failure = 0; failure < 100; failure += 1) {
      await expect(refresh('forged')).rejects.toThrow(AccessTokenInvalidError);
    }
    expect(actionsIn(services).at(-1)).toBe('authn_login_fail failure');

    await expect(refresh('forged')).rejects.toMatchObject({
      httpStatus: 429,
      retryAfterSeconds: 900,
    });
  });
});

describe('logout', () => {
  it('ends the session', async () => {
    const { token } = await logIn();
    const verified = await services.authentication.verifyAccessToken({ token }, context);

    await services.login.logout(verified, context);

    await expect(services.authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
    expect(actionsIn(services).at(-1)).toBe('session_ended');
  });
});
