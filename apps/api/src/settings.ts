import { Type, type Static } from 'typebox';

const DURATION = '^[1-9][0-9]{0,5}(s|m|h|d)$';

/** Text that says what a value must be, for the message when it is not. */
const expected = {
  duration: 'a duration such as 30s, 5m, 2h or 30d',
  port: 'a whole number from 0 to 65535',
};

/**
 * Every setting, by the name of its environment variable. `description` is what README.md says of
 * it, and `expected` what the message says when a value is refused; the value of one that `isSecret`
 * is never shown.
 */
export const settingsSchema = Type.Object({
  NODE_ENV: Type.Union(
    [Type.Literal('development'), Type.Literal('test'), Type.Literal('production')],
    {
      default: 'development',
      description: 'What the program runs for',
      expected: 'development, test or production',
    },
  ),
  HOST: Type.String({
    default: '127.0.0.1',
    pattern: '^\\S+$',
    description: 'Address to listen on',
    expected: 'an address or a host name',
  }),
  PORT: Type.Integer({
    default: 8080,
    minimum: 0,
    maximum: 65_535,
    description: 'Port to listen on; 0 takes a free one',
    expected: expected.port,
  }),
  MONGODB_URI: Type.Optional(
    Type.String({
      pattern: '^mongodb(\\+srv)?://.+',
      description:
        'Connection string of a replica set or sharded cluster; unset, the program runs a mongod of its own (not in production)',
      expected: 'a connection string that begins with mongodb:// or mongodb+srv://',
      isSecret: true,
    }),
  ),
  MONGOD_BINARY: Type.Optional(
    Type.String({ description: 'The mongod that the program runs; unset, it looks for one' }),
  ),
  DATA_DIR: Type.String({
    default: '.data',
    description: "Folder of that mongod's data and of the development secret key",
  }),
  SECRET_KEY: Type.Optional(
    Type.String({
      description:
        'Root of all keys, at least 32 random bytes in base64; required in production, made once and kept in DATA_DIR otherwise',
    }),
  ),
  SECRET_KEY_PREVIOUS: Type.Optional(
    Type.String({ description: 'The SECRET_KEY before it was changed; still decrypts' }),
  ),
  ACCESS_TOKEN_TTL: Type.String({
    default: '15m',
    pattern: DURATION,
    description: 'How long an access token is good',
    expected: expected.duration,
  }),
  ACCESS_TOKEN_ISSUER: Type.String({
    default: 'org-api',
    description: '`iss` of access tokens',
  }),
  ACCESS_TOKEN_AUDIENCE: Type.String({
    default: 'org-api',
    description: '`aud` of access tokens',
  }),
  SESSION_INACTIVITY_TTL: Type.String({
    default: '30d',
    pattern: DURATION,
    description: 'How long a session lives without being used',
    expected: expected.duration,
  }),
  SESSION_ABSOLUTE_TTL: Type.String({
    default: '90d',
    pattern: DURATION,
    description: 'How long a session lives at most',
    expected: expected.duration,
  }),
  PASSWORD_MIN_LENGTH: Type.Integer({
    default: 8,
    minimum: 1,
    maximum: 128,
    description: 'Characters that a new password needs; 15 is recommended without a second factor',
    expected: 'a whole number from 1 to 128',
  }),
  TRUSTED_PROXIES: Type.Optional(
    Type.String({
      description:
        'Addresses or CIDR ranges, comma separated, whose X-Forwarded-For is believed; unset, none',
    }),
  ),
  LOG_LEVEL: Type.Union(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map((level) =>
      Type.Literal(level),
    ),
    {
      default: 'info',
      description: 'Least important level that is logged',
      expected: 'trace, debug, info, warn, error, fatal or silent',
    },
  ),
});

/** The settings as they stand in the environment, checked and with their defaults. */
export type Settings = Static<typeof settingsSchema>;

export type SettingName = keyof typeof settingsSchema.properties;

export const settingNames = Object.keys(settingsSchema.properties) as readonly SettingName[];
