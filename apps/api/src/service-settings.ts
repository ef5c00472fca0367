import type { AccountSettings } from '@org/account';
import type { AuditSettings } from '@org/audit';
import type { AuthenticationSettings } from '@org/authentication';

import type { Config } from './config.ts';

export function auditSettings(config: Config): AuditSettings {
  return {
    recordsOwnerReads: config.auditsOwnerReads,
    retentionMilliseconds: config.auditRetention,
  };
}

export function authenticationSettings(config: Config): AuthenticationSettings {
  const { otpTestCode: code, otpTestPhoneNumbers: phoneNumbers, phoneCountries } = config;
  return {
    accessTokenTimeToLive: config.accessTokenTimeToLive,
    accessTokenIssuer: config.accessTokenIssuer,
    accessTokenAudience: config.accessTokenAudience,
    sessionInactivityTimeToLive: config.sessionInactivityTimeToLive,
    sessionAbsoluteTimeToLive: config.sessionAbsoluteTimeToLive,
    sessionMaximumPerAccount: config.sessionMaximumPerAccount,
    otpLength: config.otpLength,
    otpTimeToLive: config.otpTimeToLive,
    ...(code === undefined ? {} : { otpTest: { code, phoneNumbers } }),
    ...(phoneCountries.length === 0 ? {} : { phoneCountries }),
  };
}

export function accountSettings(config: Config): AccountSettings {
  return {
    passwordMinimumLength: config.passwordMinimumLength,
    passwordBlocklist: config.passwordBlocklist,
    webAppUrl: config.webAppUrl,
    restoreTimeToLive: config.accountRestoreTimeToLive,
  };
}
