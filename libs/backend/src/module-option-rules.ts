import type { AccountSettings } from '@org/account';
import type { AuditSettings } from '@org/audit';
import type { AuthenticationSettings } from '@org/authentication';
import type {
  Branding,
  EmailProviderSettings,
  MessageDefinitions,
  SmsProviderSettings,
  WebPushSettings,
} from '@org/notification';
import { findCountryCallingCode } from '@org/core';
import type { WebhookSettings } from '@org/webhook';

import type { CommonOptions } from './backend-options.ts';
import {
  callback,
  flag,
  hasFunctions,
  isObject,
  isText,
  object,
  text,
  texts,
  time,
  wait,
  wholeNumber,
  type Rule,
  type Rules,
} from './option-rules.ts';

type RulesOf<Options> = Readonly<Record<Options extends unknown ? keyof Options : never, Rule>>;

/** In code points; no password is longer. */
const PASSWORD_MAXIMUM_LENGTH = 128;

const account: RulesOf<Omit<AccountSettings, 'webAppUrl'>> = {
  passwordMinimumLength: wholeNumber(1, PASSWORD_MAXIMUM_LENGTH),
  passwordBlocklist: flag,
  productNames: texts,
  passwordHashing: object,
  restoreTimeToLiveMilliseconds: time,
  unprovedTimeToLiveMilliseconds: time,
};

const passwordHashing: RulesOf<NonNullable<AccountSettings['passwordHashing']>> = {
  memoryKibibytes: wholeNumber(8),
  iterations: wholeNumber(1),
  parallelism: wholeNumber(1, 255),
  usesChildProcess: flag,
  maximumConcurrency: wholeNumber(1),
  maximumQueueLength: wholeNumber(1),
};

const audit: RulesOf<AuditSettings> = {
  recordsOwnerReads: flag,
  retentionMilliseconds: time,
  sourceWindowMilliseconds: wait,
  recordedPerSourceWindow: wholeNumber(0),
  maximumWatchedSources: wholeNumber(0),
};

const authentication: RulesOf<Omit<AuthenticationSettings, 'webAppUrl'>> = {
  accessTokenTimeToLiveMilliseconds: time,
  accessTokenIssuer: text,
  accessTokenAudience: text,
  sessionInactivityTimeToLiveMilliseconds: time,
  sessionAbsoluteTimeToLiveMilliseconds: time,
  sessionMaximumPerAccount: wholeNumber(1),
  otpLength: wholeNumber(6, 10),
  otpTimeToLiveMilliseconds: time,
  otpTest: {
    must: 'have a code of six to ten digits, and a list of phoneNumbers',
    accepts: isOtpTest,
  },
  phoneCountries: {
    must: 'be a list of countries as two capital letters (ISO 3166-1), such as US',
    accepts: (value) => Array.isArray(value) && value.every(isCountry),
  },
  passwordResetTokenTimeToLiveMilliseconds: time,
  recentAuthenticationTimeToLiveMilliseconds: time,
  requiresRecentAuthentication: flag,
  allowsInsecureCookies: flag,
};

const webhook: RulesOf<WebhookSettings> = {
  allowsPrivateAddresses: flag,
  maximumEndpoints: wholeNumber(0),
  sendTimeLimitMilliseconds: wait,
  deliveryConcurrency: wholeNumber(1),
  endpointConcurrency: wholeNumber(1),
  retryBaseDelayMilliseconds: time,
  retryMaximumDelayMilliseconds: time,
  lifeMilliseconds: time,
  failingLimitMilliseconds: time,
  logRetentionMilliseconds: time,
  leaseMilliseconds: wait,
  pollIntervalMilliseconds: wait,
  stopGraceMilliseconds: wait,
  userAgent: text,
};

const messages: RulesOf<MessageDefinitions> = {
  topics: {
    must: 'be a list of topics, which defineTopic makes',
    accepts: (value) => Array.isArray(value) && value.every(isObject),
  },
  templates: object,
  branding: object,
  defaultLocale: text,
};

const branding: RulesOf<Branding> = {
  productName: text,
  logoUrl: text,
  colors: object,
  footer: {
    must: 'be a text, or texts by locale',
    accepts: (value) => typeof value === 'string' || isObject(value),
  },
  sender: object,
  textDirection: { must: 'be ltr or rtl', accepts: (value) => value === 'ltr' || value === 'rtl' },
};

const accountPolicies: RulesOf<NonNullable<CommonOptions['accountPolicies']>> = {
  passwordVerifiers: {
    must: 'be a list of verifiers, each with a name and the functions accepts and verify',
    accepts: (value) => Array.isArray(value) && value.every(isVerifier),
  },
  signUpPolicy: callback,
  usernamePolicy: callback,
};

/** One that the kind needs is checked with the kind; of another kind it may be empty. */
const anyText: Rule = { must: 'be a text', accepts: (value) => typeof value === 'string' };

const email: RulesOf<EmailProviderSettings> = {
  kind: anyText,
  url: anyText,
  from: anyText,
  apiKey: anyText,
  baseUrl: anyText,
  timeoutMilliseconds: wait,
};

const sms: RulesOf<SmsProviderSettings> = {
  kind: anyText,
  url: anyText,
  accountSid: anyText,
  authToken: anyText,
  messagingServiceSid: anyText,
  baseUrl: anyText,
  timeoutMilliseconds: wait,
};

const push: RulesOf<WebPushSettings> = {
  publicKey: anyText,
  privateKey: anyText,
  subject: anyText,
  allowPrivateEndpoints: flag,
  timeoutMilliseconds: wait,
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

/** Of a built-in provider, by its channel. */
export const PROVIDER_OPTIONS: Readonly<Record<'email' | 'sms' | 'push', Rules>> = {
  email,
  sms,
  push,
};

function isVerifier(value: unknown): boolean {
  return hasFunctions(value, ['accepts', 'verify']) && isText((value as { name?: unknown }).name);
}

function isCountry(value: unknown): boolean {
  return isText(value) && findCountryCallingCode(value) !== undefined;
}

function isOtpTest(value: unknown): boolean {
  const { code, phoneNumbers } = isObject(value) ? value : {};
  return (
    isText(code) &&
    /^[0-9]{6,10}$/.test(code) &&
    Array.isArray(phoneNumbers) &&
    phoneNumbers.every(isPhoneNumber)
  );
}

function isPhoneNumber(value: unknown): boolean {
  return isObject(value) && isText(value['countryCode']) && isText(value['phoneNumber']);
}
