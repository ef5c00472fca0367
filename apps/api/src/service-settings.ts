import type { AccountSettings } from '@org/account';
import type { AuditSettings } from '@org/audit';
import type { AuthenticationSettings } from '@org/authentication';

import type { Config } from './config.ts';

export function auditSettings(config: Config): AuditSettings {
  return {
    recordsOwnerReads: config.AUDIT_OWNER_READS,
    retentionMilliseconds: config.AUDIT_RETENTION,
  };
}

export function authenticationSettings(config: Config): AuthenticationSettings {
  const { OTP_TEST_CODE: code, OTP_TEST_PHONE_NUMBERS: phoneNumbers } = config;
  const { PHONE_COUNTRIES: phoneCountries } = config;
  return {
    accessTokenTimeToLiveMilliseconds: config.ACCESS_TOKEN_TTL,
    accessTokenIssuer: config.ACCESS_TOKEN_ISSUER,
    accessTokenAudience: config.ACCESS_TOKEN_AUDIENCE,
    sessionInactivityTimeToLiveMilliseconds: config.SESSION_INACTIVITY_TTL,
    sessionAbsoluteTimeToLiveMilliseconds: config.SESSION_ABSOLUTE_TTL,
    sessionMaximumPerAccount: config.SESSION_MAX_PER_ACCOUNT,
    otpLength: config.OTP_LENGTH,
    otpTimeToLiveMilliseconds: config.OTP_TTL,
    ...(code === undefined ? {} : { otpTest: { code, phoneNumbers } }),
    ...(phoneCountries.length === 0 ? {} : { phoneCountries }),
  };
}

export function accountSettings(config: Config): AccountSettings {
  return {
    passwordMinimumLength: config.PASSWORD_MIN_LENGTH,
    passwordBlocklist: config.PASSWORD_BLOCKLIST,
    webAppUrl: config.WEB_APP_URL,
    restoreTimeToLiveMilliseconds: config.ACCOUNT_RESTORE_TTL,
  };
}
