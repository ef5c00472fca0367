import { isIP } from 'node:net';

import { findCountryCallingCode, MINIMUM_SECRET_KEY_BYTES, parseE164 } from '@org/core';

const MILLISECONDS_PER_UNIT: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a duration such as `30s`, `5m`, `2h` or `30d`, as the settings schema admits it. */
export function parseDuration(duration: string): number {
  return Number(duration.slice(0, -1)) * (MILLISECONDS_PER_UNIT[duration.slice(-1)] ?? Number.NaN);
}

export const HOW_TO_MAKE_A_SECRET_KEY = 'make one with: openssl rand -base64 32';
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
/** Random bytes of this length practically never repeat themselves this often. */
const FEWEST_DISTINCT_BYTES = 12;

/**
 * Bytes of a secret key in base64. What is wrong is added to `problems`, without the value: most
 * likely it is nearly right.
 */
export function parseSecretKey(
  name: string,
  encoded: string | undefined,
  problems: string[],
): Uint8Array | undefined {
  if (encoded === undefined) {
    return undefined;
  }
  const bytes = BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
  if (bytes.byteLength < MINIMUM_SECRET_KEY_BYTES) {
    problems.push(
      `${name} must be at least ${MINIMUM_SECRET_KEY_BYTES} bytes in base64; ${HOW_TO_MAKE_A_SECRET_KEY}`,
    );
  } else if (new Set(bytes).size < FEWEST_DISTINCT_BYTES) {
    problems.push(`${name} is a placeholder, not random; ${HOW_TO_MAKE_A_SECRET_KEY}`);
  }
  return bytes;
}

/** What the items of a comma separated setting must be. */
export interface ListFormat {
  readonly isItem: (item: string) => boolean;
  /** What the items are, for the message when one is not. */
  readonly expected: string;
}

export const listFormats = {
  addressRanges: { isItem: isAddressRange, expected: 'addresses or CIDR ranges' },
  countries: {
    isItem: (item) => findCountryCallingCode(item) !== undefined,
    expected: 'countries as two letters',
  },
  phoneNumbers: {
    isItem: (item) => parseE164(item) !== undefined,
    expected: 'phone numbers in E.164 form',
  },
  origins: {
    isItem: (item) => /^https?:/.test(item) && URL.canParse(item) && new URL(item).origin === item,
    expected: 'origins such as https://app.example.com',
  },
} satisfies Record<string, ListFormat>;

/** Items of a comma separated list. What is none is added to `problems`. */
export function parseList(
  name: string,
  list: string | undefined,
  problems: string[],
  { isItem, expected }: ListFormat,
): readonly string[] {
  const items = (list ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  for (const item of items.filter((candidate) => !isItem(candidate))) {
    problems.push(`${name} must be ${expected}, comma separated, but has ${JSON.stringify(item)}`);
  }
  return items;
}

function isAddressRange(range: string): boolean {
  const [address = '', prefix, ...rest] = range.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  return bits > 0 && isPrefix && rest.length === 0;
}
