import { randomBytes } from 'node:crypto';

import { defineAccountFields } from '@org/account';
import { Database } from '@org/core/store';
import { afterAll, describe, expect, it } from 'vitest';

import { composeBackend } from '../src/backend.ts';

const database = Database.create({ uri: 'mongodb://localhost' });
const secretKey = randomBytes(32);

afterAll(() => database.close());

function compose(options: object) {
  return () => composeBackend({ database, secretKey, ...options });
}

const WRONG_NUMBERS = [Number.NaN, 'abc', -5, 1.5, Infinity, null, {}, []];
const WHOLE_NUMBERS = {
  account: ['passwordMinimumLength'],
  audit: ['recordedPerSourceWindow', 'maximumWatchedSources'],
  authentication: ['sessionMaximumPerAccount', 'otpLength'],
  webhook: ['maximumEndpoints', 'deliveryConcurrency', 'endpointConcurrency'],
  'account.passwordHashing': [
    ...['memoryKibibytes', 'iterations', 'parallelism'],
    ...['maximumConcurrency', 'maximumQueueLength'],
  ],
};
const TIMES = {
  account: ['restoreTimeToLiveMilliseconds', 'unprovedTimeToLiveMilliseconds'],
  audit: ['retentionMilliseconds'],
  authentication: ['otpTimeToLiveMilliseconds', 'accessTokenTimeToLiveMilliseconds'],
  webhook: ['leaseMilliseconds'],
};
const FLAGS = {
  account: ['passwordBlocklist'],
  audit: ['recordsOwnerReads'],
  authentication: ['requiresRecentAuthentication', 'allowsInsecureCookies'],
  webhook: ['allowsPrivateAddresses'],
  http: ['hasAdminApi'],
  'account.passwordHashing': ['usesChildProcess'],
};

/** Each name with its path, and each value for it. */
function casesOf(
  settings: Readonly<Record<string, readonly string[]>>,
  values: readonly unknown[],
) {
  return Object.entries(settings).flatMap(([path, names]) =>
    names.flatMap((name) => values.map((value) => [`settings.${path}.${name}`, value] as const)),
  );
}

function given(path: string, value: unknown): object {
  return path
    .split('.')
    .reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object;
}

describe('a setting', () => {
  it.each<readonly [string, unknown]>([
    ...casesOf(WHOLE_NUMBERS, WRONG_NUMBERS),
    ...casesOf(TIMES, [Number.NaN, '15m', -1, Number.MAX_SAFE_INTEGER, Infinity, null, {}]),
    ...casesOf(FLAGS, ['false', 0, null]),
    ['settings.account.passwordMinimumLength', 0],
    ['settings.account.passwordMinimumLength', 129],
    ['settings.account.productNames', 'acme'],
    ['settings.account.productNames', [5]],
    ['settings.authentication.otpLength', 5],
    ['settings.authentication.accessTokenIssuer', ''],
    ['settings.authentication.accessTokenAudience', 5],
    ['settings.authentication.phoneCountries', 'US'],
    ['settings.authentication.phoneCountries', ['us', 'Atlantis']],
    ['settings.authentication.otpTest', { code: '', phoneNumbers: [] }],
    ['settings.authentication.otpTest', { code: '123456' }],
    ['settings.authentication.otpTest', { code: '123456', phoneNumbers: ['+4366012345'] }],
    ['settings.webhook.userAgent', 5],
    ['accountPolicies.signUpPolicy', 'no'],
    ['accountPolicies.usernamePolicy', {}],
    ['accountPolicies.passwordVerifiers', () => []],
    ['accountPolicies.passwordVerifiers', [{ name: 'md5', accepts: () => true }]],
    ['claims', { types: { plan: 'string' } }],
    ['messages.topics', {}],
    ['messages.topics', [undefined]],
    ['messages.templates', 'none'],
    ['messages.defaultLocale', null],
    ['messages.branding.productName', null],
    ['messages.branding.colors', null],
    ['messages.branding.footer', 5],
    ['messages.branding.sender', 'Acme'],
    ['messages.branding.textDirection', 'up'],
    ['onOutboxMessage', 'console'],
  ])('%s is not %j', (path, value) => {
    const create = compose(given(path, value));

    expect(create).toThrow(RangeError);
    expect(create).toThrow(`${path} must `);
  });

  it('is checked also beside a function send, which only providers may have', () => {
    const authentication = { send: () => undefined, otpLength: 1 };

    expect(compose({ settings: { authentication } })).toThrow(/settings\.authentication\.send/);
  });

  it.each<readonly [string, unknown]>([
    ['settings.account.passwordMinimumLength', 1],
    ['settings.account.passwordMinimumLength', 128],
    ['settings.account.productNames', []],
    ['settings.authentication.otpLength', 10],
    ['settings.authentication.phoneCountries', ['US', 'AT']],
    [
      'settings.authentication.otpTest',
      { code: '123456', phoneNumbers: [{ countryCode: '+43', phoneNumber: '66012345' }] },
    ],
    ['messages.branding.footer', { de: 'Wien' }],
  ])('%s may be %j', (path, value) => {
    expect(compose(given(path, value))).not.toThrow();
  });
});

it.each([undefined, null, 'string'])('a field whose schema is %j is named', (schema) => {
  const fields = defineAccountFields({ company: { schema: schema as never, optional: true } });

  expect(compose({ fields })).toThrow(TypeError);
  expect(compose({ fields })).toThrow(/^The account field company needs a schema/);
});
