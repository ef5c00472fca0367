import { BlockList, isIPv4 } from 'node:net';

import type { FastifyRequest } from 'fastify';

import { canonicalAddress } from '../source-address.ts';

/** All requests without a known address count as one source, so that none escapes the limits. */
const UNKNOWN_SOURCE = 'unknown';
const IPV4_WITH_PORT = /^([\d.]+):\d{1,5}$/;
const IPV6_IN_BRACKETS = /^\[([^\]]*)\](?::\d{1,5})?$/;

/**
 * Fastify's `trustProxy` option for proxies at these addresses or CIDR ranges, however they write
 * their own addresses in X-Forwarded-For; false if there are none.
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
 * The address that a request comes from, as used by throttles, sessions and the audit trail:
 * without port and zone, in canonical form. If a trusted proxy names something that is not an
 * address, that proxy's own address.
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

/** The address of a hop as a proxy writes it, with quotes, brackets or port; else `undefined`. */
export function parseAddress(hop: string | undefined): string | undefined {
  return canonicalAddress(withoutPort((hop ?? '').trim().replace(/^"(.*)"$/, '$1')));
}

function withoutPort(hop: string): string {
  return IPV4_WITH_PORT.exec(hop)?.[1] ?? IPV6_IN_BRACKETS.exec(hop)?.[1] ?? hop;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}
