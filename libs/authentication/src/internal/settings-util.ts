import { formatE164 } from '@org/core';

import type { AuthenticationSettings } from '../types.ts';
import type { AccessTokenSettings } from './access-token/access-token-util.ts';
import type { OtpSettings } from './otp/otp-util.ts';
import type { SessionSettings } from './session/session-util.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const DEFAULTS = {
  accessTokenTimeToLive: 15 * MINUTE,
  accessTokenIssuer: 'org-api',
  accessTokenAudience: 'org-api',
  sessionInactivityTimeToLive: 30 * DAY,
  sessionAbsoluteTimeToLive: 90 * DAY,
  sessionMaximumPerAccount: 50,
  otpLength: 6,
  otpTimeToLive: 5 * MINUTE,
  otpTest: { code: '', phoneNumbers: [] },
  passwordResetTokenTimeToLive: 30 * MINUTE,
} satisfies AuthenticationSettings;

/** The settings of each concept. */
export interface ConceptSettings {
  readonly accessTokens: AccessTokenSettings;
  readonly sessions: SessionSettings;
  readonly otps: OtpSettings;
  readonly passwordResetTokens: { readonly timeToLiveMilliseconds: number };
}

/** Fills in the defaults, and gives each concept its own. */
export function resolveSettings(given: AuthenticationSettings): ConceptSettings {
  const settings = { ...DEFAULTS, ...given };
  return {
    accessTokens: {
      timeToLiveMilliseconds: settings.accessTokenTimeToLive,
      issuer: settings.accessTokenIssuer,
      audience: settings.accessTokenAudience,
    },
    sessions: {
      inactivityTimeToLiveMilliseconds: settings.sessionInactivityTimeToLive,
      absoluteTimeToLiveMilliseconds: settings.sessionAbsoluteTimeToLive,
      maximumPerAccount: settings.sessionMaximumPerAccount,
      accessTokenTimeToLiveMilliseconds: settings.accessTokenTimeToLive,
    },
    otps: {
      length: settings.otpLength,
      timeToLiveMilliseconds: settings.otpTimeToLive,
      testCode: settings.otpTest.code,
      testPhoneNumbers: settings.otpTest.phoneNumbers.map(formatE164),
      countries: settings.phoneCountries,
    },
    passwordResetTokens: { timeToLiveMilliseconds: settings.passwordResetTokenTimeToLive },
  };
}
