import { createECDH } from 'node:crypto';

import { SettingsError } from '@org/core';
import { settingRows } from '@org/core/testing';
import { describe, expect, it } from 'vitest';

import { readConfig } from '../src/config.ts';
import { settingNames, type SettingName } from '../src/settings/settings.ts';

const { durations } = settingRows;
const switches = { good: ['on', 'off'], bad: ['ON', 'true', '1', ' on'] };
const urls = {
  good: ['https://example.com', 'http://localhost:3000', 'https://example.com/path/'],
  bad: [
    'https://[oops',
    'example.com',
    'ftp://example.com',
    'https://',
    'https://a b',
    'https://u:p@a',
    'https://a?b',
    'https://a#b',
    'javascript:alert(1)',
    'https://a:99999',
    'https://a:0',
    'http://a:25',
    'https://a:10080',
    'https://exa"mple.com',
    'https://a/<b>',
    'https://a/"b',
    'https://a/b/../c',
    'https://a\\b',
    'https:///a',
  ],
};
const credentials = { good: ['AC0123', 'SG.a-b_c'], bad: ['a b', 'k\u00e9y', 'a\nb', ' '] };
const texts = {
  good: ['org', 'https://api.example.com', 'x'.repeat(255)],
  bad: [' ', ' org', 'a\nb', 'x'.repeat(256), '\u{1F511}'.repeat(200)],
};
const vapid = { good: [], bad: ['x', ' ', Buffer.alloc(32, 0xff).toString('base64url')] };

interface Values {
  /** What the program begins with. */
  readonly good: readonly string[];
  /** What is refused in one line that names the setting. */
  readonly bad: readonly string[];
  /** Other settings that it needs. */
  readonly beside?: Readonly<Record<string, string>>;
}

const smtp = { EMAIL_PROVIDER: 'smtp', EMAIL_FROM: 'a@example.com', SMTP_URL: 'smtp://localhost' };
const sendgrid = { ...smtp, EMAIL_PROVIDER: 'sendgrid', SENDGRID_API_KEY: 'SG.key' };
const twilio = {
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: 'AC1',
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_MESSAGING_SERVICE_SID: 'MG1',
};
const publicKeyOf = (privateKey: Buffer) => {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(privateKey);
  return curve.getPublicKey('base64url');
};
const push = {
  VAPID_PUBLIC_KEY: publicKeyOf(Buffer.alloc(32, 1)),
  VAPID_PRIVATE_KEY: Buffer.alloc(32, 1).toString('base64url'),
  VAPID_SUBJECT: 'mailto:a@example.com',
};

const values: Partial<Record<SettingName, Values>> = {
  NODE_ENV: { good: ['development', 'test'], bad: ['prod', 'Production', ' '] },
  ROLE: { good: ['api', 'worker', 'all'], bad: ['both', ' '] },
  HOST: {
    good: ['0.0.0.0', '::', '::1', 'localhost', 'api.example.com'],
    bad: [' ', 'a b', 'http://a', 'a:80', '[::1]', '1.2.3', '1.2.3.4.5', '-a', 'a..b', '*'],
  },
  PORT: { good: ['0', '1', '65535'], bad: ['-1', '65536', 'http', '80.5', ' 80', '0x50'] },
  METRICS_PORT: { good: ['0', '9090'], bad: ['-1', '65536', 'x', '8080'] },
  LOG_LEVEL: { good: ['trace', 'silent'], bad: ['loud', 'INFO'] },
  SHUTDOWN_DELAY: { good: ['1s', '1h'], bad: [...durations.bad, '61m', '25d'] },
  TRUSTED_PROXIES: {
    good: [
      '10.0.0.0/8, ::1',
      '192.0.2.1',
      'fc00::/7',
      '2001:db8::/32',
      '2002:a00::/24',
      '64:ff9b::a00:0/104',
      '::ffff:10.0.0.0/104',
    ],
    bad: [
      '0.0.0.0/0',
      '::/0',
      '0.0.0.0/1,128.0.0.0/1',
      '10.0.0.0/7',
      '2000::/3',
      '::ffff:0:0/96',
      '0:0:0:0:0:ffff::/96',
      '64:ff9b::/96',
      '64:ff9b::/64',
      '64::/16',
      '2002::/16',
      '2001::/32',
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '*',
      'true',
      'proxy',
      '010.1.1.1',
      'fe80::1%eth0',
      ' 10.0.0.1',
      ' ',
      ',',
    ],
  },
  CORS_ALLOWED_ORIGINS: {
    good: ['https://a.example.com, http://localhost:3000'],
    bad: [
      '*',
      'null',
      'https://a/',
      'https://a/b',
      'https://*.a.com',
      'a.com',
      'https://A.com',
      'https://a:443',
      ',',
      ' ',
    ],
  },
  CLEAR_SITE_DATA: { good: ['cookies', 'cookies, storage'], bad: ['cookie', '*', ',', ' '] },
  API_DOCS: switches,
  ADMIN_API: switches,
  WEB_APP_URL: urls,
  API_URL: {
    good: ['https://api.example.com', 'https://example.com/backend/'],
    bad: [...urls.bad, 'http://localhost:3000', 'HTTPS://api.example.com'],
  },
  MONGODB_URI: {
    good: [
      'mongodb://localhost',
      'mongodb+srv://db.example.com/org',
      'mongodb://a,b/org?replicaSet=rs',
    ],
    bad: [
      'localhost',
      'mongo://a',
      'mongodb://',
      'mongodb://u:p@ss@a',
      'mongodb://a/?nonsense=1',
      'mongodb://a/%zz',
      'mongodb://a/a.b',
      'mongodb://a:99999',
      'mongodb+srv://a,b',
      'mongodb://a ',
      ' ',
    ],
  },
  MONGOD_BINARY: { good: ['/usr/bin/mongod'], bad: [' '] },
  DATA_DIR: { good: ['/var/lib/org', '.data'], bad: [' ', 'a\nb'] },
  SECRET_KEY: settingRows.secretKeys,
  SECRET_KEY_NEXT: settingRows.secretKeys,
  SECRET_KEY_PREVIOUS: settingRows.secretKeys,
  AUDIT_OWNER_READS: switches,
  AUDIT_RETENTION: durations,
  ACCOUNT_RESTORE_TTL: durations,
  ACCESS_TOKEN_TTL: { ...durations, bad: [...durations.bad, '31d'] },
  ACCESS_TOKEN_ISSUER: texts,
  ACCESS_TOKEN_AUDIENCE: texts,
  SESSION_INACTIVITY_TTL: { good: ['15m', '90d'], bad: [...durations.bad, '14m'] },
  SESSION_ABSOLUTE_TTL: { good: ['15m', '90d'], bad: [...durations.bad, '14m'] },
  SESSION_MAX_PER_ACCOUNT: { good: ['1', '1000'], bad: ['0', '-1', '1001', 'x'] },
  RECENT_AUTHENTICATION: switches,
  RECENT_AUTHENTICATION_TTL: { ...durations, bad: [...durations.bad, '2d'] },
  OTP_LENGTH: { good: ['6', '10'], bad: ['0', '5', '11', '100', '-6'] },
  OTP_TTL: { ...durations, bad: [...durations.bad, '2d'] },
  OTP_TEST_CODE: { good: ['123456'], bad: ['12345', '12345678901', 'abcdef', '12 34 56'] },
  OTP_TEST_PHONE_NUMBERS: {
    good: ['+919999999999, +4915112345678'],
    bad: ['9999999999', '+1', 'x', ',', ' ', '+14155552671', '+919999999999, +19002345678'],
    beside: { OTP_TEST_CODE: '123456', PHONE_COUNTRIES: 'IN,DE' },
  },
  TASK_MAX_PER_ACCOUNT: { good: ['1', '1000000'], bad: ['0', '-1', '1000001', 'x'] },
  PHONE_COUNTRIES: { good: ['IN,DE'], bad: ['XX', 'India', 'in', '+91', ',', ' '] },
  PASSWORD_MIN_LENGTH: { good: ['1', '128'], bad: ['0', '129', '-8', 'x'] },
  PASSWORD_BLOCKLIST: switches,
  PASSWORD_HASHING_PROCESS: switches,
  RATE_LIMITS: switches,
  EMAIL_PROVIDER: { good: ['outbox', 'smtp'], bad: ['mail', ' '], beside: smtp },
  EMAIL_FROM: {
    good: ['a@example.com', 'Org <no-reply@example.com>'],
    bad: ['a', 'Org', 'Org <a>', 'a@b, c@d', '<a@b>\nBcc: c@d', ' '],
    beside: smtp,
  },
  SMTP_URL: {
    good: ['smtp://localhost:25', 'smtps://user:p%40ss@mail.example.com'],
    bad: [
      'mail.example.com',
      'http://a',
      'smtp://',
      'smtp://[oops',
      'smtp://u:%zz@a',
      'smtp://user@a',
      'smtp://:p4ss@a',
      'smtp://a:0',
      'smtp://a b',
    ],
    beside: smtp,
  },
  SENDGRID_API_KEY: { ...credentials, beside: sendgrid },
  SENDGRID_BASE_URL: { ...urls, beside: sendgrid },
  SMS_PROVIDER: { good: ['outbox', 'twilio'], bad: ['none', 'x'], beside: twilio },
  SMS_WEBHOOK_URL: {
    good: ['https://sms.example.com/send?key=1'],
    bad: [
      'https://[oops',
      'sms.example.com',
      'https://u:p@a',
      'ftp://a',
      'http://a:25',
      'http://a:6000/send',
      'https://a/?key="',
    ],
    beside: { SMS_PROVIDER: 'webhook' },
  },
  TWILIO_ACCOUNT_SID: { ...credentials, beside: twilio },
  TWILIO_AUTH_TOKEN: { ...credentials, beside: twilio },
  TWILIO_MESSAGING_SERVICE_SID: { ...credentials, beside: twilio },
  TWILIO_BASE_URL: { ...urls, beside: twilio },
  VAPID_PUBLIC_KEY: {
    good: [push.VAPID_PUBLIC_KEY],
    bad: [
      ...vapid.bad,
      publicKeyOf(Buffer.alloc(32, 2)),
      Buffer.alloc(65, 4).toString('base64url'),
    ],
    beside: push,
  },
  VAPID_PRIVATE_KEY: { ...vapid, good: [push.VAPID_PRIVATE_KEY], beside: push },
  VAPID_SUBJECT: {
    good: ['mailto:a@example.com', 'https://example.com'],
    bad: ['a@example.com', 'http://example.com', 'https://[oops', 'mailto:'],
    beside: push,
  },
  WEBHOOK_ALLOW_PRIVATE_ADDRESSES: switches,
  OTEL_EXPORTER_OTLP_ENDPOINT: { ...urls, bad: [...urls.bad, 'http://localhost:4318/v1/traces'] },
  OTEL_EXPORTER_OTLP_HEADERS: {
    good: ['api-key=abc', 'a=b%2Cc, authorization=Bearer%20x=='],
    bad: ['api-key', '=x', 'a=b,', 'a=%zz', 'a=b c', 'a=%0a', ' '],
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    good: ['service.version=1.2.0', 'a=b%2Cc, team=blue%20team'],
    bad: ['service.version', '=x', 'a=b,', 'a=%zz', ' '],
  },
  OTEL_SERVICE_NAME: { good: ['org-api', 'Org API'], bad: [' ', ' a', 'a\nb'] },
  OTEL_TRACES_SAMPLER_ARG: { good: ['0', '0.01', '1', '1.0'], bad: ['2', '-1', '.5', '1%', 'x'] },
};

describe.each(settingNames)('%s', (name) => {
  const { good = [], bad = [], beside = {} } = values[name] ?? {};

  it('has values here that are taken, and some that are refused', () => {
    expect(good).not.toEqual([]);
    expect(bad).not.toEqual([]);
  });

  it.each(good)('may be %j', (value) => {
    expect(() => readConfig({ ...beside, [name]: value })).not.toThrow();
  });

  it.each(bad)('may not be %j, and one line says what it must be', (value) => {
    const problem = problemOf({ ...beside, [name]: value });

    expect(problem).toBeInstanceOf(SettingsError);
    const { message } = problem as SettingsError;
    const lines = message.split('\n').filter((line) => line.includes(name));
    expect(lines.length).toBe(message.split('\n').length - 1);
    expect(lines[0]).toMatch(/ must | is a placeholder/);
  });
});

function problemOf(environment: Readonly<Record<string, string>>): unknown {
  try {
    return readConfig(environment);
  } catch (error) {
    return error;
  }
}
