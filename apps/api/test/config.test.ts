import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ConfigError, readConfig, readEnvironment } from '../src/config.ts';

const secretKey = randomBytes(32).toString('base64');
const production = {
  NODE_ENV: 'production',
  MONGODB_URI: 'mongodb://db.example.com/org',
  SECRET_KEY: secretKey,
};

describe(readConfig, () => {
  it('has a default for everything in development', () => {
    expect(readConfig({})).toEqual({
      environment: 'development',
      host: '127.0.0.1',
      port: 8080,
      mongodbUri: undefined,
      mongodBinary: undefined,
      dataDirectory: '.data',
      secretKey: undefined,
      previousSecretKey: undefined,
      accessTokenTimeToLive: 15 * 60_000,
      accessTokenIssuer: 'org-api',
      accessTokenAudience: 'org-api',
      sessionInactivityTimeToLive: 30 * 86_400_000,
      sessionAbsoluteTimeToLive: 90 * 86_400_000,
      passwordMinimumLength: 8,
      trustedProxies: [],
      logLevel: 'info',
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
    });

    expect(config).toMatchObject({
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

  it('needs no file', () => {
    expect(readEnvironment(directory).unknownNames).toEqual([]);
  });
});
