import { isIPv4, isIPv6, SocketAddress } from 'node:net';

const IPV4_MAPPED = /^::ffff:([\d.]+)$/;
const PREFIX_GROUPS = 4;

/** An IP address in canonical form, unmapped and without zone; `undefined` if it is not one. */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) {
    return text;
  }
  if (!isIPv6(text)) {
    return undefined;
  }
  const { address } = new SocketAddress({ address: text, family: 'ipv6' });
  return IPV4_MAPPED.exec(address)?.[1] ?? address;
}

/**
 * What to count a source by: an IPv4 address, or the /64 network of an IPv6 one, since a client
 * with one address there has them all. Anything that is not an address is returned unchanged.
 */
export function normalizeSource(source: string): string {
  const address = canonicalAddress(source) ?? source;
  return isIPv6(address) ? `${expand(address).slice(0, PREFIX_GROUPS).join(':')}::/64` : address;
}

/** The eight groups of a canonical IPv6 address. */
function expand(address: string): readonly string[] {
  const [first = [], last = []] = address
    .split('::')
    .map((part) => part.split(':').filter(Boolean));
  return [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
}
