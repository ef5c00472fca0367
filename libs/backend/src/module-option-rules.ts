import type { AccountSettings } from '@org/account';
import type { AuditSettings } from '@org/audit';
import type { AuthenticationSettings } from '@org/authentication';
import type { Branding, MessageDefinitions } from '@org/notification';
import type { WebhookSettings } from '@org/webhook';

import type { CommonOptions } from './backend-options.ts';
import { object, time, type Rule, type Rules } from './option-rules.ts';

type RulesOf<Options> = Readonly<Record<keyof Options, Rule>>;

/** The module itself says what it takes. */
const anything: Rule = { must: 'be there', accepts: () => true };

const account: RulesOf<Omit<AccountSettings, 'webAppUrl'>> = {
  passwordMinimumLength: anything,
  passwordBlocklist: anything,
  productNames: anything,
  passwordHashing: object,
  restoreTimeToLiveMilliseconds: time,
  unprovedTimeToLiveMilliseconds: time,
};

const passwordHashing: RulesOf<NonNullable<AccountSettings['passwordHashing']>> = {
  memoryKibibytes: anything,
  iterations: anything,
  parallelism: anything,
  usesChildProcess: anything,
  maximumConcurrency: anything,
  maximumQueueLength: anything,
};

const audit: RulesOf<AuditSettings> = {
  recordsOwnerReads: anything,
  retentionMilliseconds: time,
  sourceWindowMilliseconds: time,
  recordedPerSourceWindow: anything,
  maximumWatchedSources: anything,
};

const authentication: RulesOf<Omit<AuthenticationSettings, 'webAppUrl'>> = {
  accessTokenTimeToLiveMilliseconds: time,
  accessTokenIssuer: anything,
  accessTokenAudience: anything,
  sessionInactivityTimeToLiveMilliseconds: time,
  sessionAbsoluteTimeToLiveMilliseconds: time,
  sessionMaximumPerAccount: anything,
  otpLength: anything,
  otpTimeToLiveMilliseconds: time,
  otpTest: anything,
  phoneCountries: anything,
  passwordResetTokenTimeToLiveMilliseconds: time,
  recentAuthenticationTimeToLiveMilliseconds: time,
  requiresRecentAuthentication: anything,
  allowsInsecureCookies: anything,
};

const webhook: RulesOf<WebhookSettings> = {
  allowsPrivateAddresses: anything,
  maximumEndpoints: anything,
  sendTimeLimitMilliseconds: time,
  deliveryConcurrency: anything,
  endpointConcurrency: anything,
  retryBaseDelayMilliseconds: time,
  retryMaximumDelayMilliseconds: time,
  lifeMilliseconds: time,
  failingLimitMilliseconds: time,
  logRetentionMilliseconds: time,
  leaseMilliseconds: time,
  pollIntervalMilliseconds: time,
  stopGraceMilliseconds: time,
  userAgent: anything,
};

const messages: RulesOf<MessageDefinitions> = {
  topics: anything,
  templates: anything,
  branding: object,
  defaultLocale: anything,
};

const branding: RulesOf<Branding> = {
  productName: anything,
  logoUrl: anything,
  colors: anything,
  footer: anything,
  sender: anything,
  textDirection: anything,
};

const accountPolicies: RulesOf<NonNullable<CommonOptions['accountPolicies']>> = {
  passwordVerifiers: anything,
  signUpPolicy: anything,
  usernamePolicy: anything,
};

/** By path; what contains others comes before them. */
export const MODULE_OPTIONS: Readonly<Record<string, Rules>> = {
  'settings.account': account,
  'settings.account.passwordHashing': passwordHashing,
  'settings.audit': audit,
  'settings.authentication': authentication,
  'settings.webhook': webhook,
  messages,
  'messages.branding': branding,
  accountPolicies,
};
