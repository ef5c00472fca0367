import { createECDH, randomBytes } from 'node:crypto';

import { SettingsError } from '@org/core';
import { describe, expect, it } from 'vitest';

import { readConfig } from '../src/config.ts';

const secretKey = randomBytes(32).toString('base64');
const curve = createECDH('prime256v1');
const vapid = {
  publicKey: curve.generateKeys('base64url'),
  privateKey: Buffer.from(curve.getPrivateKey('hex').padStart(64, '0'), 'hex').toString(
    'base64url',
  ),
};
const production = {
  NODE_ENV: 'production',
  MONGODB_URI: 'mongodb://db.example.com/org',
  SECRET_KEY: secretKey,
  WEB_APP_URL: 'https://app.example.com',
  EMAIL_PROVIDER: 'smtp',
  EMAIL_FROM: 'Org <no-reply@example.com>',
  SMTP_URL: 'smtp://mail.example.com',
};

describe(readConfig, () => {
  it('has a default for everything in development', () => {
    expect(readConfig({})).toEqual({
      EMAIL_PROVIDER: undefined,
      EMAIL_FROM: undefined,
      SMTP_URL: undefined,
      SENDGRID_API_KEY: undefined,
      SENDGRID_BASE_URL: undefined,
      SMS_PROVIDER: undefined,
      SMS_WEBHOOK_URL: undefined,
      TWILIO_ACCOUNT_SID: undefined,
      TWILIO_AUTH_TOKEN: undefined,
      TWILIO_MESSAGING_SERVICE_SID: undefined,
      TWILIO_BASE_URL: undefined,
      VAPID_PUBLIC_KEY: undefined,
      VAPID_PRIVATE_KEY: undefined,
      VAPID_SUBJECT: undefined,
      WEBHOOK_ALLOW_PRIVATE_ADDRESSES: false,
      OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
      OTEL_EXPORTER_OTLP_HEADERS: undefined,
      OTEL_RESOURCE_ATTRIBUTES: undefined,
      OTEL_SERVICE_NAME: undefined,
      OTEL_TRACES_SAMPLER_ARG: '1',
      NODE_ENV: 'development',
      ROLE: 'all',
      HOST: '127.0.0.1',
      PORT: 8080,
      METRICS_PORT: undefined,
      CORS_ALLOWED_ORIGINS: [],
      WEB_APP_URL: 'http://localhost:3000',
      MONGODB_URI: undefined,
      MONGOD_BINARY: undefined,
      DATA_DIR: '.data',
      SECRET_KEY: undefined,
      SECRET_KEY_NEXT: undefined,
      SECRET_KEY_PREVIOUS: undefined,
      AUDIT_OWNER_READS: false,
      AUDIT_RETENTION: 400 * 86_400_000,
      ACCOUNT_RESTORE_TTL: 30 * 86_400_000,
      ACCESS_TOKEN_TTL: 15 * 60_000,
      ACCESS_TOKEN_ISSUER: 'org-api',
      ACCESS_TOKEN_AUDIENCE: 'org-api',
      SESSION_INACTIVITY_TTL: 30 * 86_400_000,
      SESSION_ABSOLUTE_TTL: 90 * 86_400_000,
      SESSION_MAX_PER_ACCOUNT: 50,
      RECENT_AUTHENTICATION: true,
      RECENT_AUTHENTICATION_TTL: 10 * 60_000,
      OTP_LENGTH: 6,
      OTP_TTL: 5 * 60_000,
      OTP_TEST_CODE: undefined,
      OTP_TEST_PHONE_NUMBERS: [],
      PHONE_COUNTRIES: [],
      PASSWORD_MIN_LENGTH: 8,
      PASSWORD_BLOCKLIST: true,
      PASSWORD_HASHING_PROCESS: true,
      RATE_LIMITS: true,
      email: { kind: 'outbox' },
      sms: { kind: 'outbox' },
      push: undefined,
      ADMIN_API: false,
      API_DOCS: true,
      CLEAR_SITE_DATA: [],
      TASK_MAX_PER_ACCOUNT: 100_000,
      TRUSTED_PROXIES: [],
      LOG_LEVEL: 'info',
      SHUTDOWN_DELAY: 0,
    });
  });

  it('reads every setting', () => {
    const previous = randomBytes(40);
    const config = readConfig({
      ...production,
      HOST: '0.0.0.0',
      PORT: '0',
      DATA_DIR: '/var/lib/org',
      SECRET_KEY_PREVIOUS: previous.toString('base64url'),
      ACCESS_TOKEN_TTL: '90s',
      SESSION_INACTIVITY_TTL: '2h',
      SESSION_ABSOLUTE_TTL: '7d',
      PASSWORD_MIN_LENGTH: '15',
      TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      LOG_LEVEL: 'warn',
      SHUTDOWN_DELAY: '20s',
      ROLE: 'worker',
      METRICS_PORT: '9090',
      CORS_ALLOWED_ORIGINS: 'https://a.example.com, http://localhost:3000',
      AUDIT_OWNER_READS: 'on',
      AUDIT_RETENTION: '1d',
      ACCOUNT_RESTORE_TTL: '2d',
      TASK_MAX_PER_ACCOUNT: '7',
      SESSION_MAX_PER_ACCOUNT: '3',
      RECENT_AUTHENTICATION: 'off',
      RECENT_AUTHENTICATION_TTL: '5m',
      OTP_LENGTH: '8',
      OTP_TTL: '2m',
      OTP_TEST_CODE: '12345678',
      OTP_TEST_PHONE_NUMBERS: '+919999999999',
      PHONE_COUNTRIES: 'IN,DE',
      PASSWORD_BLOCKLIST: 'off',
      RATE_LIMITS: 'off',
      SMS_PROVIDER: 'webhook',
      SMS_WEBHOOK_URL: 'https://sms.example.com/send',
      VAPID_PUBLIC_KEY: vapid.publicKey,
      VAPID_PRIVATE_KEY: vapid.privateKey,
      VAPID_SUBJECT: 'mailto:ops@example.com',
      WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'on',
    });

    expect(config).toMatchObject({
      ROLE: 'worker',
      METRICS_PORT: 9090,
      CORS_ALLOWED_ORIGINS: ['https://a.example.com', 'http://localhost:3000'],
      WEB_APP_URL: 'https://app.example.com',
      AUDIT_OWNER_READS: true,
      AUDIT_RETENTION: 86_400_000,
      ACCOUNT_RESTORE_TTL: 172_800_000,
      TASK_MAX_PER_ACCOUNT: 7,
      SESSION_MAX_PER_ACCOUNT: 3,
      RECENT_AUTHENTICATION: false,
      RECENT_AUTHENTICATION_TTL: 300_000,
      OTP_LENGTH: 8,
      OTP_TTL: 120_000,
      OTP_TEST_CODE: '12345678',
      OTP_TEST_PHONE_NUMBERS: [{ countryCode: '+91', phoneNumber: '9999999999' }],
      PHONE_COUNTRIES: ['IN', 'DE'],
      PASSWORD_BLOCKLIST: false,
      RATE_LIMITS: false,
      WEBHOOK_ALLOW_PRIVATE_ADDRESSES: true,
      email: { kind: 'smtp', from: production.EMAIL_FROM, url: production.SMTP_URL },
      sms: { kind: 'webhook', url: 'https://sms.example.com/send' },
      push: { ...vapid, subject: 'mailto:ops@example.com' },
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: 0,
      DATA_DIR: '/var/lib/org',
      ACCESS_TOKEN_TTL: 90_000,
      SESSION_INACTIVITY_TTL: 7_200_000,
      SESSION_ABSOLUTE_TTL: 604_800_000,
      PASSWORD_MIN_LENGTH: 15,
      TRUSTED_PROXIES: ['10.0.0.0/8', '::1'],
      LOG_LEVEL: 'warn',
      SHUTDOWN_DELAY: 20_000,
    });
    expect(config.SECRET_KEY).toEqual(Buffer.from(secretKey, 'base64'));
    expect(config.SECRET_KEY_PREVIOUS).toEqual(previous);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ PORT: '', SECRET_KEY: '' })).toMatchObject({ PORT: 8080 });
  });

  it.each([
    ['PORT', 'http', 'PORT must be a whole number from 0 to 65535, but is "http"'],
    ['PORT', '70000', 'PORT must be a whole number from 0 to 65535, but is "70000"'],
    ['PORT', '80.5', 'PORT must be a whole number from 0 to 65535, but is "80.5"'],
    ['NODE_ENV', 'prod', 'NODE_ENV must be development, test or production, but is "prod"'],
    ['ACCESS_TOKEN_TTL', '15', 'ACCESS_TOKEN_TTL must be a duration such as 30s, 5m, 2h or 30d'],
    ['SESSION_ABSOLUTE_TTL', '0d', 'SESSION_ABSOLUTE_TTL must be a duration'],
    ['SESSION_ABSOLUTE_TTL', '99999999d', 'SESSION_ABSOLUTE_TTL must be a duration'],
    ['HOST', ' ', 'HOST must be an address or a host name'],
    ['PASSWORD_MIN_LENGTH', '0', 'PASSWORD_MIN_LENGTH must be a whole number from 1 to 128'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be trace, debug, info, warn, error, fatal or silent'],
    ['MONGODB_URI', 'localhost:27017', 'MONGODB_URI must be a connection string'],
    ['TRUSTED_PROXIES', '10.0.0.0/33', 'TRUSTED_PROXIES must be addresses or CIDR ranges'],
    ['TRUSTED_PROXIES', 'true', 'TRUSTED_PROXIES must be addresses or CIDR ranges'],
    ['TRUSTED_PROXIES', '10.0.0.1,proxy', 'but has "proxy"'],
    ['CORS_ALLOWED_ORIGINS', '*', 'CORS_ALLOWED_ORIGINS must be origins such as'],
    ['CORS_ALLOWED_ORIGINS', 'https://a.example.com/', 'CORS_ALLOWED_ORIGINS must be origins'],
    ['PHONE_COUNTRIES', 'XX', 'PHONE_COUNTRIES must be countries as two letters'],
    ['PHONE_COUNTRIES', 'India', 'PHONE_COUNTRIES must be countries as two letters'],
    ['OTP_TEST_PHONE_NUMBERS', '9999999999', 'OTP_TEST_PHONE_NUMBERS must be phone numbers'],
    ['ROLE', 'both', 'ROLE must be api, worker or all, but is "both"'],
    ['EMAIL_PROVIDER', 'smtp', 'EMAIL_FROM is required with EMAIL_PROVIDER=smtp'],
    ['EMAIL_PROVIDER', 'smtp', 'SMTP_URL is required with EMAIL_PROVIDER=smtp'],
    ['EMAIL_PROVIDER', 'sendgrid', 'SENDGRID_API_KEY is required with EMAIL_PROVIDER=sendgrid'],
    ['SMS_PROVIDER', 'webhook', 'SMS_WEBHOOK_URL is required with SMS_PROVIDER=webhook'],
    ['SMS_PROVIDER', 'twilio', 'TWILIO_AUTH_TOKEN is required with SMS_PROVIDER=twilio'],
    ['VAPID_PUBLIC_KEY', 'x', 'VAPID_PRIVATE_KEY is required with VAPID_PUBLIC_KEY'],
  ])('refuses %s=%s and says what it must be', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(SettingsError);
    expect(() => readConfig({ [name]: value })).toThrow(message);
  });

  it.each([
    ['too short', randomBytes(31).toString('base64'), 'at least 32 bytes in base64'],
    ['no base64', 'change me! '.repeat(10), 'at least 32 bytes in base64'],
    ['zeros', Buffer.alloc(32).toString('base64'), 'is a placeholder'],
    ['a repeated word', Buffer.from('secret'.repeat(8)).toString('base64'), 'is a placeholder'],
  ])('refuses a secret key that is %s, without showing it', (_what, value, message) => {
    for (const name of ['SECRET_KEY', 'SECRET_KEY_PREVIOUS']) {
      const read = () => readConfig({ [name]: value });

      expect(read).toThrow(message);
      expect(read).toThrow(name);
      expect(read).not.toThrow(value);
    }
  });

  it('never shows a connection string, which may hold a password', () => {
    const read = () => readConfig({ MONGODB_URI: 'mongo://root:hunter2@db/org' });

    expect(read).toThrow('MONGODB_URI must be a connection string');
    expect(read).not.toThrow('hunter2');
  });

  it('names every problem at once', () => {
    const read = () => readConfig({ PORT: 'x', LOG_LEVEL: 'y' });

    expect(read).toThrow(/PORT/);
    expect(read).toThrow(/LOG_LEVEL/);
  });

  it('names what production needs beside what is refused, and nothing of a refused setting twice', () => {
    const read = () =>
      readConfig({ NODE_ENV: 'production', SECRET_KEY: 'short', TRUSTED_PROXIES: 'x' });

    expect(read).toThrow(/MONGODB_URI is required/);
    expect(read).toThrow(/TRUSTED_PROXIES must be addresses/);
    expect(read).toThrow(/SECRET_KEY must be at least/);
    expect(read).not.toThrow(/SECRET_KEY is required/);
  });

  it.each(['MONGODB_URI', 'SECRET_KEY'])('requires %s in production', (name) => {
    expect(() => readConfig({ ...production, [name]: undefined })).toThrow(
      `${name} is required in production`,
    );
    expect(() => readConfig(production)).not.toThrow();
  });

  it.each([
    [{ WEB_APP_URL: 'http://app.example.com' }, 'WEB_APP_URL is required in production'],
    [{ EMAIL_PROVIDER: undefined }, 'EMAIL_PROVIDER is required in production'],
    [{ EMAIL_PROVIDER: 'outbox' }, 'EMAIL_PROVIDER is required in production'],
    [{ SMS_PROVIDER: 'outbox' }, 'SMS_PROVIDER must be webhook or twilio in production'],
    [{ OTP_TEST_CODE: '123456' }, 'OTP_TEST_CODE needs OTP_TEST_PHONE_NUMBERS in production'],
  ])('refuses %o in production', (settings, message) => {
    expect(() => readConfig({ ...production, ...settings })).toThrow(message);
  });

  it('sends no text messages in production unless told how', () => {
    expect(readConfig(production)).toMatchObject({ ROLE: 'api', sms: { kind: 'none' } });
  });

  it("leaves the caller's environment as it is", () => {
    const environment = { PORT: '1', UNRELATED: 'x' };

    readConfig(environment);

    expect(environment).toEqual({ PORT: '1', UNRELATED: 'x' });
  });
});
