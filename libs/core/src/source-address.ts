import { isIPv6 } from 'node:net';

const IPV4_MAPPED = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;
const PREFIX_GROUPS = 4;

/**
 * What to count a source by: an IPv4 address, or the /64 network of an IPv6 one, since a client
 * with one address there has them all. Anything that is not an address is returned unchanged.
 */
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
