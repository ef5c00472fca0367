import { setting } from '@org/core';

import { httpsUrl, isHost, isOrigin, url } from './address-formats.ts';
import { isAddressRange } from './address-ranges.ts';

const { duration, flag, list, text, wholeNumber, word } = setting;

const port = { from: 0, to: 65_535 };

/** What the process does and where it listens. */
export const serverSettings = {
  NODE_ENV: word(['development', 'test', 'production'], {
    byDefault: 'development',
    description: 'What the program runs for',
  }),
  ROLE: word(['api', 'worker', 'all'], {
    description:
      'Whether the process answers HTTP, does the background work, or both; unset, `all` in development and `api` otherwise',
  }),
  HOST: text(
    { byDefault: '127.0.0.1', description: 'Address to listen on' },
    { accepts: isHost, expected: 'an address or a host name' },
  ),
  PORT: wholeNumber({
    ...port,
    byDefault: '8080',
    description: 'Port to listen on; 0 takes a free one',
  }),
  METRICS_PORT: wholeNumber({
    ...port,
    description: 'Port for Prometheus metrics at `/metrics`, on HOST; unset, there are none',
  }),
  LOG_LEVEL: word(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    byDefault: 'info',
    description: 'Least important level that is logged',
  }),
  SHUTDOWN_DELAY: duration({
    longest: '1h',
    description:
      'How long to go on serving after SIGTERM with readiness at 503, for load balancers to see it; unset, not at all',
  }),
  TRUSTED_PROXIES: list(
    {
      description:
        'Addresses or CIDR ranges, comma separated, whose X-Forwarded-For is believed; unset, none',
    },
    (range) => (isAddressRange(range) ? range : undefined),
    'addresses or CIDR ranges of your proxies (at most a /8, in IPv6 a /16)',
  ),
  CORS_ALLOWED_ORIGINS: list(
    {
      description:
        'Origins, comma separated, whose pages may call the API from a browser, also with its session cookie; unset, none',
    },
    (origin) => (isOrigin(origin) ? origin : undefined),
    'origins such as https://app.example.com',
  ),
  CLEAR_SITE_DATA: list(
    {
      description:
        'What browsers clear at logout and deletion beside their cache: `cookies`, `storage`, comma separated; unset, nothing',
    },
    (data) => (['cache', 'cookies', 'storage'].includes(data) ? data : undefined),
    'cookies or storage',
  ),
  API_DOCS: flag({
    description:
      'Whether /api/docs is served; unset, `off` in production and `on` otherwise. /api/openapi.json always is',
  }),
  ADMIN_API: flag({
    byDefault: 'off',
    description:
      "Whether operators' routes are served, below /api/admin, and their console, at /console",
  }),
  WEB_APP_URL: text(
    {
      isSecret: true,
      description:
        'Where links in messages lead; unset, http://localhost:3000; required in production, with https',
    },
    url,
  ),
  API_URL: text(
    {
      isSecret: true,
      description:
        'Where this API is reached from outside, with https, without /api; unset, marketing mails carry no link to unsubscribe, and pages of its own are known by each request',
    },
    httpsUrl,
  ),
};
