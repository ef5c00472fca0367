import {
  composeBackend,
  type Backend,
  type BackendSettings,
  type CommonOptions,
} from '@org/backend';
import type { Clock } from '@org/core';
import type { Database } from '@org/core/store';

import { accountFields } from './account-fields.ts';
import type { Config } from './config.ts';
import { composeDomains } from './domains/domains.ts';
import type { Logger } from './logging.ts';
import { messages } from './messages.ts';
import { accessTokenPolicies, accountPolicies } from './policies.ts';

export interface ProgramBackendOptions {
  readonly config: Config;
  readonly database: Database;
  /** That of the settings, or the program's own. */
  readonly secretKey: Uint8Array;
  /** Default: the database's clock. */
  readonly clock?: Clock;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** Default: messages are stored, and sent by a process that has providers. */
  readonly channels?: Channels;
}

type Channels = Pick<CommonOptions, 'email' | 'onOutboxMessage' | 'push' | 'sms'>;

export type ProgramBackend = Backend<typeof accountFields>;

/** The program's modules: the same ones for the API, its workers and org-admin. */
export function composeProgramBackend(options: ProgramBackendOptions): ProgramBackend {
  const { config, database, secretKey: current, channels, ...others } = options;
  const { SECRET_KEY_PREVIOUS: previous, SECRET_KEY_NEXT: next } = config;
  return composeBackend({
    ...others,
    ...channels,
    ...accessTokenPolicies,
    database,
    accountPolicies,
    messages,
    fields: accountFields,
    domains: (dependencies) => composeDomains({ ...dependencies, config }),
    secretKey: { current, previous, next },
    webAppUrl: config.WEB_APP_URL,
    apiUrl: config.API_URL,
    settings: toSettings(config),
  });
}

/**
 * How the settings say that messages are sent.
 *
 * @param report tells the person at the terminal about messages kept in the development outbox
 */
export function channelsOf(
  { email, sms, push }: Config,
  report?: (line: string) => void,
): Channels {
  const channels = { email, sms: sms.kind === 'none' ? undefined : sms, push };
  return report === undefined ? channels : { ...channels, onOutboxMessage: report };
}

/** What the modules' routes and the server around them are told alike. */
export function httpSettings(config: Config): Required<BackendSettings>['http'] {
  return {
    allowedOrigins: config.CORS_ALLOWED_ORIGINS,
    clearSiteData: config.CLEAR_SITE_DATA,
    hasAdminApi: config.ADMIN_API,
    outboxHosts: [config.HOST, new URL(config.WEB_APP_URL).hostname],
  };
}

function toSettings(config: Config): BackendSettings {
  return {
    hasRateLimits: config.RATE_LIMITS,
    account: {
      passwordMinimumLength: config.PASSWORD_MIN_LENGTH,
      passwordBlocklist: config.PASSWORD_BLOCKLIST,
      passwordHashing: { usesChildProcess: config.PASSWORD_HASHING_PROCESS },
      restoreTimeToLiveMilliseconds: config.ACCOUNT_RESTORE_TTL,
    },
    audit: {
      recordsOwnerReads: config.AUDIT_OWNER_READS,
      retentionMilliseconds: config.AUDIT_RETENTION,
    },
    authentication: authenticationSettings(config),
    webhook: { allowsPrivateAddresses: config.WEBHOOK_ALLOW_PRIVATE_ADDRESSES },
    http: httpSettings(config),
  };
}

function authenticationSettings(config: Config): Required<BackendSettings>['authentication'] {
  const { OTP_TEST_CODE: code, OTP_TEST_PHONE_NUMBERS: phoneNumbers } = config;
  const { PHONE_COUNTRIES: phoneCountries } = config;
  return {
    accessTokenTimeToLiveMilliseconds: config.ACCESS_TOKEN_TTL,
    accessTokenIssuer: config.ACCESS_TOKEN_ISSUER,
    accessTokenAudience: config.ACCESS_TOKEN_AUDIENCE,
    sessionInactivityTimeToLiveMilliseconds: config.SESSION_INACTIVITY_TTL,
    sessionAbsoluteTimeToLiveMilliseconds: config.SESSION_ABSOLUTE_TTL,
    sessionMaximumPerAccount: config.SESSION_MAX_PER_ACCOUNT,
    requiresRecentAuthentication: config.RECENT_AUTHENTICATION,
    recentAuthenticationTimeToLiveMilliseconds: config.RECENT_AUTHENTICATION_TTL,
    allowsInsecureCookies: config.NODE_ENV !== 'production',
    otpLength: config.OTP_LENGTH,
    otpTimeToLiveMilliseconds: config.OTP_TTL,
    ...(code === undefined ? {} : { otpTest: { code, phoneNumbers } }),
    ...(phoneCountries.length === 0 ? {} : { phoneCountries }),
  };
}
