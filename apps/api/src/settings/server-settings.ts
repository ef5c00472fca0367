import * as Type from 'typebox';

import { isConnectionString, isHost } from './address-parsers.ts';
import {
  duration,
  optionalDuration,
  optionalSecret,
  optionalText,
  optionalUrl,
  text,
  wholeNumber,
  word,
} from './setting-types.ts';

const PORTS = [0, 65_535] as const;

/** What the process is and where it listens. */
export const serverSettings = {
  NODE_ENV: word(['development', 'test', 'production'], 'What the program runs for', {
    default: 'development',
  }),
  ROLE: Type.Optional(
    word(
      ['api', 'worker', 'all'],
      'Whether the process answers HTTP, does the background work, or both; unset, `all` in development and `api` otherwise',
    ),
  ),
  HOST: text('127.0.0.1', 'Address to listen on', {
    accepts: isHost,
    expected: 'an address or a host name',
  }),
  PORT: wholeNumber(8080, PORTS, 'Port to listen on; 0 takes a free one'),
  METRICS_PORT: Type.Optional(
    Type.Integer({
      minimum: PORTS[0],
      maximum: PORTS[1],
      description: 'Port for Prometheus metrics at `/metrics`, on HOST; unset, there are none',
      expected: `a whole number from ${PORTS[0]} to ${PORTS[1]}`,
    }),
  ),
  LOG_LEVEL: word(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'Least important level that is logged',
    { default: 'info' },
  ),
  SHUTDOWN_DELAY: optionalDuration(
    'How long to go on serving after SIGTERM with readiness at 503, for load balancers to see it; unset, not at all',
    '1h',
  ),
  TRUSTED_PROXIES: optionalText(
    'Addresses or CIDR ranges, comma separated, whose X-Forwarded-For is believed; unset, none',
  ),
  CORS_ALLOWED_ORIGINS: optionalText(
    'Origins, comma separated, whose pages may call the API from a browser; unset, none',
  ),
  CLEAR_SITE_DATA: optionalText(
    'What browsers clear at logout and deletion beside their cache: `cookies`, `storage`, comma separated; unset, nothing',
  ),
  API_DOCS: Type.Optional(
    word(
      ['on', 'off'],
      'Whether /api/docs is served; unset, `off` in production and `on` otherwise. /api/openapi.json always is',
    ),
  ),
  WEB_APP_URL: optionalUrl(
    'Where links in messages lead; unset, http://localhost:3000; required in production, with https',
  ),
};

/** By parseSecretKey, whose message says how to make one. */
const judgedByItsParser = { accepts: () => true };

/** Where data lies and what protects it. */
export const storageSettings = {
  MONGODB_URI: optionalSecret(
    'Connection string of a replica set or sharded cluster; unset, the program runs a mongod of its own (not in production)',
    {
      accepts: isConnectionString,
      expected:
        'a connection string that begins with mongodb:// or mongodb+srv://, with options that its driver knows and special characters of a password as %XX',
    },
  ),
  MONGOD_BINARY: optionalText('The mongod that the program runs; unset, it looks for one'),
  DATA_DIR: text('.data', "Folder of that mongod's data and of the development secret key"),
  SECRET_KEY: optionalSecret(
    'Root of all keys, at least 32 random bytes in base64; required in production, made once and kept in DATA_DIR otherwise',
    judgedByItsParser,
  ),
  SECRET_KEY_NEXT: optionalSecret(
    'The SECRET_KEY to be: only decrypts, until every process has it',
    judgedByItsParser,
  ),
  SECRET_KEY_PREVIOUS: optionalSecret(
    'The SECRET_KEY before it was changed; still decrypts',
    judgedByItsParser,
  ),
  AUDIT_OWNER_READS: word(
    ['on', 'off'],
    'Whether reads of personal data by their owner are recorded',
    { default: 'off' },
  ),
  AUDIT_RETENTION: duration('400d', 'How long audit records are kept'),
  ACCOUNT_RESTORE_TTL: duration(
    '30d',
    'How long a deleted account can be restored before its personal data is erased',
  ),
  TASK_MAX_PER_ACCOUNT: wholeNumber(
    100_000,
    [1, 1_000_000],
    'Tasks that one account may have; above it, no further one is stored',
  ),
};
