import { AuthenticationService, LoginService, ThrottleService } from '@org/authentication';
import type { Erasure } from '@org/core';
import { findTakenParameters } from '@org/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  accountId,
  context,
  createServices,
  EMAIL,
  origin,
  phoneNumber,
  type TestServices,
} from './services.ts';

const erasure: Erasure = { signal: new AbortController().signal, forget: async () => {} };
const sessionId = '64b00000000000000000000a';
const emailAddress = EMAIL;
const purpose = 'login';
const transport = 'cookie';
const replacedSession = { accountId, sessionId };
const again = { accountId, sessionId, cookieValue: 'value' };
const onReuse = async () => {};
const onNewDevice = async () => {};
let services: TestServices;

beforeAll(async () => {
  services = await createServices();
});
afterAll(async () => {
  await services.remove();
});

describe(AuthenticationService, () => {
  it('takes no wrong parameters', async () => {
    const taken = await findTakenParameters(services.authentication, {
      code: /^ACCESS_TOKEN_ERR_07$/,
      trusted: [context, erasure],
      notCalled: {
        initialize: 'takes nothing',
        getJsonWebKeySet: 'takes nothing',
        rotateSigningKeys: 'takes nothing',
        endAllSessions: 'takes nothing',
        getUnreadableSecrets: 'takes nothing',
        registerJobs: 'takes a service, from the program',
      },
      calls: {
        createAccessToken: [
          {
            accountId,
            sessionEpoch: 0,
            authenticatedBy: 'password',
            onNewDevice,
            replacedSession,
            ...origin,
          },
          context,
        ],
        verifyAccessToken: [{ token: 'token' }, context],
        refreshAccessToken: [{ refreshToken: 'token', onReuse, ...origin }, context],
        getSessionsByAccountId: [{ accountId, currentSessionId: sessionId }, context],
        endSession: [{ accountId, sessionId }, context],
        reverseSession: [{ token: 'token' }, context],
        assertSessionAlive: [{ accountId, sessionId }, context],
        assertRecentlyAuthenticated: [
          { accountId, sessionId, cookieGeneration: 0, isAlwaysRequired: true },
          context,
        ],
        getCurrentSession: [{ accountId, sessionId }, context],
        renewAuthentication: [
          { accountId, sessionId, sessionEpoch: 0, authenticatedBy: 'password' },
          context,
        ],
        endSessionsByAccountId: [{ accountId, kept: { sessionId, sessionEpoch: 0 } }, context],
        exportAuthenticationDataByAccountId: [{ accountId, phoneNumber, emailAddress }, context],
        deleteAuthenticationDataByAccountId: [
          {
            accountId,
            phoneNumber,
            phoneNumberOwnedUntil: new Date(),
            emailAddress,
            emailAddressOwnedUntil: new Date(),
          },
          erasure,
          context,
        ],
      },
      taken: [/^(export|delete)\w+\(0\.(phoneNumber|emailAddress): null/], // an account without one
    });

    expect(taken).toEqual([]);
  });
});

describe('OtpService', () => {
  it('takes no wrong parameters', async () => {
    const taken = await findTakenParameters(services.authentication.otps, {
      code: /^ACCESS_TOKEN_ERR_07$/,
      trusted: [context, erasure],
      notCalled: { initialize: 'takes nothing' },
      calls: {
        assertOtpRequestAllowed: [{ phoneNumber, isProved: true }, context],
        requestOtp: [
          {
            phoneNumber,
            accountId,
            purpose,
            isProved: true,
            locale: 'de',
            timeZone: 'UTC',
            isWithheld: false,
          },
          context,
        ],
        verifyOtp: [{ phoneNumber, otpCode: '000000', purpose, isFromStranger: false }, context],
        revokeOtps: [{ phoneNumber, purpose }, context],
        exportOtps: [{ phoneNumber }, context],
        deleteOtps: [{ phoneNumber, phoneNumberOwnedUntil: new Date() }, erasure, context],
        deleteOtpsByPurpose: [{ purpose }, erasure, context],
      },
      taken: [/^verifyOtp\(0\.otpCode: /], // a wrong code
    });

    expect(taken).toEqual([]);
  });
});

describe('EmailCodeService', () => {
  it('takes no wrong parameters', async () => {
    const taken = await findTakenParameters(services.authentication.emailCodes, {
      code: /^ACCOUNT_ERR_04$/,
      trusted: [context, erasure],
      notCalled: { initialize: 'takes nothing' },
      calls: {
        assertEmailCodeRequestAllowed: [{ emailAddress }, context],
        requestEmailCode: [
          {
            emailAddress,
            purpose,
            accountId,
            topic: 'email-code',
            hashedPassword: '$argon2id$',
            origin,
            locale: 'de',
            timeZone: 'UTC',
            isWithheld: false,
          },
          context,
        ],
        verifyEmailCode: [
          { emailAddress, code: '000000', purpose, isFromStranger: false },
          context,
        ],
        revokeEmailCodes: [{ emailAddress, purpose }, context],
        exportEmailCodes: [{ emailAddress }, context],
        deleteEmailCodes: [{ emailAddress, emailAddressOwnedUntil: new Date() }, erasure, context],
        deleteEmailCodesByPurpose: [{ purpose }, erasure, context],
      },
      taken: [/^verifyEmailCode\(0\.code: /], // a wrong code
    });

    expect(taken).toEqual([]);
  });
});

describe('PasswordResetTokenService', () => {
  it('takes no wrong parameters', async () => {
    const token = { accountId, token: 'token' };

    const taken = await findTakenParameters(services.authentication.resetTokens, {
      code: /^ACCESS_TOKEN_ERR_07$/,
      trusted: [context, erasure],
      notCalled: { initialize: 'takes nothing' },
      calls: {
        createPasswordResetToken: [{ accountId, emailAddress: 'ada@example.com' }, context],
        assertPasswordResetTokenUsable: [token, context],
        consumePasswordResetToken: [token, context],
        revokePasswordResetTokens: [{ accountId }, context],
        exportPasswordResetTokens: [{ accountId }, context],
        deletePasswordResetTokens: [{ accountId }, erasure, context],
      },
    });

    expect(taken).toEqual([]);
  });
});

describe('CookieSessionService', () => {
  it('takes no wrong parameters', async () => {
    const { value } = await services.authentication.cookieSessions.createCookieSession(
      { accountId, ...origin },
      context,
    );
    const [cookieSessionId = ''] = value.split('.');
    const renewal = { accountId, sessionId: cookieSessionId, authenticatedBy: 'otp' } as const;

    const taken = await findTakenParameters(services.authentication.cookieSessions, {
      code: /^ACCESS_TOKEN_ERR_0[57]$/,
      trusted: [context],
      notCalled: {},
      calls: {
        createCookieSession: [
          {
            accountId,
            sessionEpoch: 0,
            authenticatedBy: 'password',
            onNewDevice,
            replacedSession,
            ...origin,
          },
          context,
        ],
        verifyCookie: [{ value }, context],
        prolongCookieSession: [{ value, ...origin }, context],
        renewAuthentication: [{ ...renewal, sessionEpoch: 0, value }, context],
      },
    });

    expect(taken).toEqual([]);
  });
});

describe(LoginService, () => {
  it('takes no wrong parameters', async () => {
    const taken = await findTakenParameters(services.login, {
      code: /^(ACCESS_TOKEN_ERR_07|ACCOUNT_ERR_04)$/,
      trusted: [context],
      notCalled: {},
      calls: {
        loginByUsernameAndPassword: [
          { username: 'ada', password: 'wrong', transport, replacedSession, ...origin },
          context,
        ],
        loginByPhoneNumberAndOtp: [
          { phoneNumber, otpCode: '000000', transport, replacedSession, ...origin },
          context,
        ],
        requestLoginByEmail: [{ emailAddress, ...origin }, context],
        loginByEmailAndCode: [
          {
            emailAddress,
            emailCode: '000000',
            password: 'wrong',
            firstName: 'Ada',
            lastName: 'Lovelace',
            actingAccountId: accountId,
            transport,
            replacedSession,
            ...origin,
          },
          context,
        ],
        loginByEmailAndPassword: [
          { emailAddress, password: 'wrong', transport, replacedSession, ...origin },
          context,
        ],
        refresh: [{ refreshToken: 'token', onReuse, ...origin }, context],
        logout: [{ accountId, sessionId }, context],
        reauthenticateByPassword: [{ ...again, password: 'wrong' }, context],
        reauthenticateByEmailCode: [{ ...again, emailCode: '000000' }, context],
        reauthenticateByOtp: [{ ...again, otpCode: '000000' }, context],
      },
      taken: [/^(loginBy\w+|reauthenticateBy(Otp|EmailCode))\(0\.(otpCode|emailCode): /], // a wrong code
    });

    expect(taken).toEqual([]);
  });
});

describe(ThrottleService, () => {
  it('takes no wrong parameters', async () => {
    const taken = await findTakenParameters(services.throttle, {
      code: /^ACCESS_TOKEN_ERR_07$/,
      trusted: [context],
      notCalled: {
        initialize: 'takes nothing',
        assertRefreshAllowed: 'takes nothing',
        recordFailedRefresh: 'takes nothing',
        consumeSignUp: 'takes nothing',
        consumePasswordReset: 'takes nothing',
        consumePhoneNumberForm: 'takes nothing',
      },
      calls: {
        digestName: [{ name: 'ada' }],
        digestPhoneNumber: [{ phoneNumber }],
        beginLogin: [{ name: 'ada' }, context],
        beginOtpLogin: [{ emailAddress }, context],
        beginReauthentication: [{ sessionId }, context],
        unlock: [{ accountId, username: 'ada', phoneNumber, emailAddress }, context],
        forgetKnownSources: [{ accountId }, context],
        assertOtpRequestAllowed: [{ phoneNumber }, context],
        consumeOtpRequest: [{ phoneNumber }, context],
        consumePasswordResetRequest: [{ name: 'ada' }, context],
        consumeRefusedPasswordReset: [{ accountId }, context],
        countNotice: [{ recipient: 'ada@example.org', isProved: true }, context],
      },
    });

    expect(taken).toEqual([]);
  });

  it('unlocks no address that is longer than any: keys of 17 MB took 20 seconds', async () => {
    const unlocking = services.throttle.unlock(
      { accountId, emailAddress: 'a'.repeat(2_000) },
      context,
    );

    await expect(unlocking).rejects.toMatchObject({ code: 'ACCESS_TOKEN_ERR_07' });
  });
});
