import { createECDH, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ConfigError, readConfig, readEnvironment } from '../src/config.ts';

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
      environment: 'development',
      role: 'all',
      host: '127.0.0.1',
      port: 8080,
      metricsPort: undefined,
      corsAllowedOrigins: [],
      webAppUrl: 'http://localhost:3000',
      mongodbUri: undefined,
      mongodBinary: undefined,
      dataDirectory: '.data',
      secretKey: undefined,
      nextSecretKey: undefined,
      previousSecretKey: undefined,
      auditsOwnerReads: false,
      auditRetention: 400 * 86_400_000,
      accountRestoreTimeToLive: 30 * 86_400_000,
      accessTokenTimeToLive: 15 * 60_000,
      accessTokenIssuer: 'org-api',
      accessTokenAudience: 'org-api',
      sessionInactivityTimeToLive: 30 * 86_400_000,
      sessionAbsoluteTimeToLive: 90 * 86_400_000,
      sessionMaximumPerAccount: 50,
      otpLength: 6,
      otpTimeToLive: 5 * 60_000,
      otpTestCode: undefined,
      otpTestPhoneNumbers: [],
      phoneCountries: [],
      passwordMinimumLength: 8,
      passwordBlocklist: true,
      rateLimits: true,
      email: { provider: 'outbox' },
      sms: { provider: 'outbox' },
      push: undefined,
      apiDocs: true,
      clearSiteData: [],
      taskMaximumPerAccount: 100_000,
      trustedProxies: [],
      logLevel: 'info',
      shutdownDelay: 0,
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
    });

    expect(config).toMatchObject({
      role: 'worker',
      metricsPort: 9090,
      corsAllowedOrigins: ['https://a.example.com', 'http://localhost:3000'],
      webAppUrl: 'https://app.example.com',
      auditsOwnerReads: true,
      auditRetention: 86_400_000,
      accountRestoreTimeToLive: 172_800_000,
      taskMaximumPerAccount: 7,
      sessionMaximumPerAccount: 3,
      otpLength: 8,
      otpTimeToLive: 120_000,
      otpTestCode: '12345678',
      otpTestPhoneNumbers: [{ countryCode: '+91', phoneNumber: '9999999999' }],
      phoneCountries: ['IN', 'DE'],
      passwordBlocklist: false,
      rateLimits: false,
      email: { provider: 'smtp', from: production.EMAIL_FROM, url: production.SMTP_URL },
      sms: { provider: 'webhook', url: 'https://sms.example.com/send' },
      push: { ...vapid, subject: 'mailto:ops@example.com' },
      environment: 'production',
      host: '0.0.0.0',
      port: 0,
      dataDirectory: '/var/lib/org',
      accessTokenTimeToLive: 90_000,
      sessionInactivityTimeToLive: 7_200_000,
      sessionAbsoluteTimeToLive: 604_800_000,
      passwordMinimumLength: 15,
      trustedProxies: ['10.0.0.0/8', '::1'],
      logLevel: 'warn',
      shutdownDelay: 20_000,
    });
    expect(config.secretKey).toEqual(Buffer.from(secretKey, 'base64'));
    expect(config.previousSecretKey).toEqual(previous);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ PORT: '', SECRET_KEY: '' })).toMatchObject({ port: 8080 });
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
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
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
    expect(readConfig(production)).toMatchObject({ role: 'api', sms: { provider: 'none' } });
  });

  it("leaves the caller's environment as it is", () => {
    const environment = { PORT: '1', UNRELATED: 'x' };

    readConfig(environment);

    expect(environment).toEqual({ PORT: '1', UNRELATED: 'x' });
  });
});

describe(readEnvironment, () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'environment-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
    vi.unstubAllEnvs();
  });

  it('puts the environment over the file, and finds names that are no setting', async () => {
    await writeFile(join(directory, '.env'), 'PORT=1\nHOST=file\nPROT=1\n# LOG=x\nSECRETKEY=x\n');
    vi.stubEnv('HOST', 'environment');

    const { environment, unknownNames } = readEnvironment(directory);

    expect(environment).toMatchObject({ PORT: '1', HOST: 'environment' });
    expect(unknownNames).toEqual(['PROT', 'SECRETKEY']);
  });

  it.each([
    ['a byte order mark', '\uFEFFPORT=1\nHOST=file\n'],
    ['line ends of Windows', 'PORT=1\r\nHOST=file\r\n'],
    ['quotes and the word export', 'export PORT="1"\nexport HOST=\'file\'\n'],
  ])('reads a file with %s', async (_what, content) => {
    await writeFile(join(directory, '.env'), content);

    const { environment, unknownNames } = readEnvironment(directory);

    expect(environment).toMatchObject({ PORT: '1', HOST: 'file' });
    expect(unknownNames).toEqual([]);
  });

  it.each([
    ['is in UTF-16', Buffer.from('\uFEFFPORT=1', 'utf16le'), 'must be in UTF-8'],
    ['is a folder', undefined, 'cannot be read (EISDIR)'],
  ])('says what is wrong when the file %s', async (_what, content, message) => {
    const path = join(directory, '.env');
    await (content === undefined ? mkdir(path) : writeFile(path, content));

    expect(() => readEnvironment(directory)).toThrow(ConfigError);
    expect(() => readEnvironment(directory)).toThrow(message);
  });

  it('needs no file', () => {
    expect(readEnvironment(directory).unknownNames).toEqual([]);
  });
});
