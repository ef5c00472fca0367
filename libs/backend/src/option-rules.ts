import { trustProxies } from '@org/core/rest-api';

/** What an option must be, if it is given. */
export interface Rule {
  readonly must: string;
  readonly accepts: (value: unknown) => boolean;
}

export type Rules = Readonly<Record<string, Rule>>;

const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^\s/]+$/i;

export const object: Rule = { must: 'be an object', accepts: isObject };
export const callback: Rule = { must: 'be a function', accepts: isFunction };
export const text: Rule = { must: 'be a text that is not empty', accepts: isText };
export const texts: Rule = { must: 'be a list of texts', accepts: isListOfTexts };
export const flag: Rule = {
  must: 'be true or false',
  accepts: (value) => typeof value === 'boolean',
};
/** A hundred years: a date much later is none, and would be stored as 1970. */
const LONGEST_TIME = 100 * 366 * 86_400_000;
export const time: Rule = {
  must: 'be a number of milliseconds, a hundred years at most',
  accepts: (value) =>
    Number.isFinite(value) && (value as number) >= 0 && (value as number) <= LONGEST_TIME,
};
/** The longest that a timer can wait; a longer one would be over at once. */
const LONGEST_WAIT = 2 ** 31 - 1;
export const wait: Rule = {
  must: `be a number of milliseconds, ${LONGEST_WAIT} at most`,
  accepts: (value) => time.accepts(value) && (value as number) <= LONGEST_WAIT,
};

export const OPTIONS: Rules = {
  mongodbUri: {
    must: 'be a connection string, such as mongodb://localhost/example?replicaSet=rs0',
    accepts: (value) => isText(value) && /^mongodb(\+srv)?:\/\//.test(value),
  },
  databaseName: text,
  database: object,
  secretKey: {
    must: 'be at least 32 random bytes, in base64 or as they are, or have such as current, previous and next',
    accepts: isSecretKey,
  },
  webAppUrl: { must: 'be an http or https address', accepts: (value) => isUrl(value, 'http') },
  apiUrl: { must: 'be an https address', accepts: (value) => isUrl(value, 'https') },
  email: channel({
    outbox: [],
    smtp: ['url', 'from'],
    sendgrid: ['apiKey', 'from'],
  }),
  sms: channel({
    outbox: [],
    twilio: ['accountSid', 'authToken', 'messagingServiceSid'],
    webhook: ['url'],
  }),
  push: {
    must: 'have a publicKey, a privateKey and a subject, or a send function',
    accepts: (value) => isProvider(value) || has(value, ['publicKey', 'privateKey', 'subject']),
  },
  onOutboxMessage: callback,
  messages: object,
  fields: object,
  accountPolicies: object,
  claims: {
    must: 'be what defineAccessTokenClaims returns',
    accepts: (value) => hasFunctions(value, ['toPayload', 'read']),
  },
  domains: callback,
  settings: object,
  logger: {
    must: 'have the functions debug, info, warn and error',
    accepts: (value) => hasFunctions(value, ['debug', 'info', 'warn', 'error']),
  },
  clock: {
    must: 'have the functions now and monotonicMilliseconds',
    accepts: (value) => hasFunctions(value, ['now', 'monotonicMilliseconds']),
  },
};

export const SETTINGS: Rules = {
  account: object,
  audit: object,
  authentication: object,
  webhook: object,
  hasRateLimits: flag,
  http: object,
};

export const HTTP_SETTINGS: Rules = {
  allowedOrigins: {
    must: 'be a list of origins, such as https://app.example.com, without a path',
    accepts: (value) => isListOfTexts(value) && value.every((origin) => ORIGIN.test(origin)),
  },
  clearSiteData: texts,
  hasAdminApi: flag,
  outboxHosts: texts,
  trustedProxies: {
    must: 'be a list of addresses or networks, such as 10.0.0.0/8',
    accepts: (value) => isListOfTexts(value) && areNetworks(value),
  },
};

export function wholeNumber(from: number, to?: number): Rule {
  return {
    must: `be a whole number ${to === undefined ? `of at least ${from}` : `from ${from} to ${to}`}`,
    accepts: (value) =>
      Number.isSafeInteger(value) &&
      (value as number) >= from &&
      (value as number) <= (to ?? Infinity),
  };
}

/** @param needs by kind, what its settings must have */
function channel(needs: Readonly<Record<string, readonly string[]>>): Rule {
  const kinds = Object.entries(needs).map(([kind, names]) =>
    names.length === 0 ? kind : `${kind} (${names.join(', ')})`,
  );
  return {
    must: `have a send function, or be of a kind, with all that it needs: ${kinds.join(', ')}`,
    accepts: (value) => isProvider(value) || (isObject(value) && hasAllOfItsKind(value, needs)),
  };
}

function hasAllOfItsKind(
  settings: Readonly<Record<string, unknown>>,
  needs: Readonly<Record<string, readonly string[]>>,
): boolean {
  const { kind } = settings;
  const needed = typeof kind === 'string' && Object.hasOwn(needs, kind) ? needs[kind] : undefined;
  return needed !== undefined && has(settings, needed);
}

function isSecretKey(value: unknown): boolean {
  const names = ['current', 'previous', 'next'];
  return (
    typeof value === 'string' ||
    value instanceof Uint8Array ||
    (isObject(value) &&
      'current' in value &&
      Object.keys(value).every((key) => names.includes(key)))
  );
}

export function isProvider(value: unknown): boolean {
  return hasFunctions(value, ['send']);
}

function has(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => isText(value[name]));
}

export function hasFunctions(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => isFunction(value[name]));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Promise);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isUrl(value: unknown, protocol: 'http' | 'https'): boolean {
  return (
    typeof value === 'string' &&
    URL.canParse(value) &&
    [`${protocol}:`, 'https:'].includes(new URL(value).protocol)
  );
}

function areNetworks(ranges: readonly string[]): boolean {
  try {
    trustProxies(ranges);
    return true;
  } catch {
    return false;
  }
}
