import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net';

import type { FastifyRequest } from 'fastify';

/** All requests whose address nobody knows are one source: none of them is without a limit. */
const UNKNOWN_SOURCE = 'unknown';
const IPV4_WITH_PORT = /^([\d.]+):\d{1,5}$/;
const IPV6_IN_BRACKETS = /^\[([^\]]*)\](?::\d{1,5})?$/;
const IPV4_MAPPED = /^::ffff:([\d.]+)$/;

/**
 * Fastify's option `trustProxy` for proxies at these addresses or CIDR ranges, however they write
 * their own addresses into X-Forwarded-For; false without any.
 */
export function trustProxies(ranges: readonly string[]): false | ((address: string) => boolean) {
  if (ranges.length === 0) {
    return false;
  }
  const trusted = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = familyOf(address);
    trusted.addSubnet(address, Number(prefix ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return (address) => {
    const parsed = parseAddress(address);
    return parsed !== undefined && trusted.check(parsed, familyOf(parsed));
  };
}

/**
 * The address that a request comes from, as throttles, sessions and the audit trail know it: without
 * port and zone, in the one spelling that each address has. Where a trusted proxy names something
 * that is no address, it is that proxy's own.
 */
export function sourceAddressOf({ ip, ips = [ip] }: FastifyRequest): string {
  for (const hop of ips.toReversed()) {
    const address = parseAddress(hop);
    if (address !== undefined) {
      return address;
    }
  }
  return UNKNOWN_SOURCE;
}

/**
 * The address in what a proxy writes of a hop, without quotes, brackets and port, in its one spelling.
 *
 * @returns `undefined` if there is none
 */
export function parseAddress(hop: string | undefined): string | undefined {
  const bare = withoutPort((hop ?? '').trim().replace(/^"(.*)"$/, '$1'));
  if (isIPv4(bare)) {
    return bare;
  }
  if (!isIPv6(bare)) {
    return undefined;
  }
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' });
  return IPV4_MAPPED.exec(address)?.[1] ?? address;
}

function withoutPort(hop: string): string {
  return IPV4_WITH_PORT.exec(hop)?.[1] ?? IPV6_IN_BRACKETS.exec(hop)?.[1] ?? hop;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}
