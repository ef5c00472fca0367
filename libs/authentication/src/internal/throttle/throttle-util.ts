import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

import { formatE164, parsePhoneNumber, type PhoneNumber } from '@org/core';

/** Characters that a database comparing names as people do may not see. */
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}\s]/gu;
const IPV4_MAPPED = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;
const PREFIX_GROUPS = 4;

/**
 * What two spellings of one username have in common. Coarser than how accounts compare them: who
 * varies the spelling is to gain no tries by it.
 */
export function normalizeName(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().replace(INVISIBLE, '');
}

export function normalizePhoneNumber(phoneNumber: PhoneNumber): string {
  const parsed = parsePhoneNumber(phoneNumber);
  return parsed === undefined
    ? normalizeName(formatE164(phoneNumber)).replace(/\D/g, '')
    : formatE164(parsed).replace(/\D/g, '');
}

/** An IPv4 address, or the /64 network of an IPv6 one: whoever has one address there has them all. */
export function normalizeSource(address: string): string {
  const [withoutZone = ''] = address.split('%', 1);
  if (!isIPv6(withoutZone)) {
    return address;
  }
  const canonical = new URL(`http://[${withoutZone}]`).hostname.slice(1, -1);
  const [, high, low] = IPV4_MAPPED.exec(canonical) ?? [];
  if (high !== undefined && low !== undefined) {
    return [high, low].flatMap((group) => bytesOf(Number.parseInt(group, 16))).join('.');
  }
  return `${expand(canonical).slice(0, PREFIX_GROUPS).join(':')}::/64`;
}

/** Names, numbers and addresses are counted by, not stored: the hash does for that. */
export function toCounterKey(kind: string, subject: string): string {
  return `${kind}:${createHash('sha256').update(subject).digest('base64url')}`;
}

function bytesOf(group: number): readonly number[] {
  return [group >> 8, group & 0xff];
}

/** The eight groups of a canonical address. */
function expand(canonical: string): readonly string[] {
  const [head = '', tail] = canonical.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  return [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
}
