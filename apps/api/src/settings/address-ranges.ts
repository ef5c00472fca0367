import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Whether it is an address or a CIDR range that is not too wide: a much wider one would trust a
 * good part of the internet to name its own addresses.
 */
export function isAddressRange(range: string): boolean {
  const [address = '', prefix, ...rest] = range.split('/');
  const bits = isIPv4(address) ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  const isPrefix = prefix === undefined || /^\d{1,3}$/.test(prefix);
  const isRange = isPrefix && rest.length === 0 && length <= bits;
  return isRange && length >= (bits === 32 ? 8 : fewestBitsOfIPv6(address, length));
}

/** IPv6 networks that contain all of IPv4: NAT64, its local-use variant, 6to4 and Teredo. */
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
