import { parseDuration } from './setting-parsers.ts';
import type { Settings } from './settings.ts';

/** How accounts prove who they are. */
export function toAuthenticationConfig(settings: Settings) {
  return {
    accessTokenTimeToLive: parseDuration(settings.ACCESS_TOKEN_TTL),
    accessTokenIssuer: settings.ACCESS_TOKEN_ISSUER,
    accessTokenAudience: settings.ACCESS_TOKEN_AUDIENCE,
    sessionInactivityTimeToLive: parseDuration(settings.SESSION_INACTIVITY_TTL),
    sessionAbsoluteTimeToLive: parseDuration(settings.SESSION_ABSOLUTE_TTL),
    sessionMaximumPerAccount: settings.SESSION_MAX_PER_ACCOUNT,
    otpLength: settings.OTP_LENGTH,
    otpTimeToLive: parseDuration(settings.OTP_TTL),
    otpTestCode: settings.OTP_TEST_CODE,
    passwordMinimumLength: settings.PASSWORD_MIN_LENGTH,
    passwordBlocklist: settings.PASSWORD_BLOCKLIST === 'on',
    rateLimits: settings.RATE_LIMITS === 'on',
  };
}
