import { BlockList, isIPv4, isIPv6 } from 'node:net';

import { findCountryCallingCode, parseE164, settingText } from '@org/core';

/** Whether it is a duration such as `30s`, `5m`, `2h` or `30d`. */
export function isDuration(text: string): boolean {
  return settingText.parseDuration(text) !== undefined;
}

/** Milliseconds of a duration such as `30s`, `5m`, `2h` or `30d`. */
export function parseDuration(duration: string): number {
  return settingText.parseDuration(duration) ?? Number.NaN;
}

export const HOW_TO_MAKE_A_SECRET_KEY = 'make one with: openssl rand -base64 32';

/** Bytes of a secret key in base64. What is wrong is added to `problems`. */
export function parseSecretKey(
  name: string,
  encoded: string | undefined,
  problems: string[],
): Uint8Array | undefined {
  if (encoded === undefined) {
    return undefined;
  }
  const { bytes, problem } = settingText.parseSecretKey(encoded);
  if (problem !== undefined) {
    problems.push(`${name} ${problem}; ${HOW_TO_MAKE_A_SECRET_KEY}`);
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
  addressRanges: {
    isItem: isAddressRange,
    expected: 'addresses or CIDR ranges of your proxies (at most a /8, in IPv6 a /16)',
  },
  siteData: {
    isItem: (item) => ['cache', 'cookies', 'storage'].includes(item),
    expected: 'cache, cookies or storage',
  },
  countries: {
    isItem: (item) => findCountryCallingCode(item) !== undefined,
    expected: 'countries as two letters',
  },
  phoneNumbers: {
    isItem: (item) => parseE164(item) !== undefined,
    expected: 'phone numbers in E.164 form',
  },
  origins: {
    isItem: (item) =>
      /^https?:[^*]+$/.test(item) && URL.canParse(item) && new URL(item).origin === item,
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
  if (list !== undefined && items.length === 0) {
    problems.push(`${name} must be ${expected}, comma separated, but has none`);
  }
  for (const item of items.filter((candidate) => !isItem(candidate))) {
    problems.push(`${name} must be ${expected}, comma separated, but has ${JSON.stringify(item)}`);
  }
  return items;
}

/** A wider range than these would believe a good part of the internet what it says of itself. */
function isAddressRange(range: string): boolean {
  const [address = '', prefix, ...rest] = range.split('/');
  const bits = isIPv4(address) ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  const isPrefix = prefix === undefined || /^\d{1,3}$/.test(prefix);
  const isRange = isPrefix && rest.length === 0 && length <= bits;
  return isRange && length >= (bits === 32 ? 8 : fewestBitsOfIPv6(address, length));
}

/** Networks of IPv6 that have all of IPv4 in them: NAT64, the same for local use, 6to4 and Teredo. */
const EMBEDDING_IPV4 = [
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 32],
] as const;

function fewestBitsOfIPv6(address: string, length: number): number {
  if (!isIPv6(address) || address.includes('%')) {
    return Number.POSITIVE_INFINITY;
  }
  const spelt = new URL(`http://[${address}]`).hostname;
  if (/^\[f[cd]/.test(spelt)) {
    return 7; // All that are private.
  }
  if (spelt.startsWith('[::')) {
    return 96 + 8; // IPv4 within IPv6.
  }
  const overlapping = EMBEDDING_IPV4.filter(
    ([base, bits]) => contains(address, length, base) || contains(base, bits, address),
  );
  return Math.max(16, ...overlapping.map(([, bits]) => bits + 8));
}

function contains(base: string, bits: number, address: string): boolean {
  const range = new BlockList();
  range.addSubnet(base, bits, 'ipv6');
  return range.check(address, 'ipv6');
}
