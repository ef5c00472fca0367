import { canonicalAddress, normalizeSource } from '@org/core';
import { describe, expect, it } from 'vitest';

describe(normalizeSource, () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:CB00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['1::4:5:6:7:8', '1:0:0:4::/64'],
    ['::3:4:5:6:7:8', '0:0:3:4::/64'],
    ['no address', 'no address'],
    ['', ''],
  ])('counts %s by %s', (address, source) => {
    expect(normalizeSource(address)).toBe(source);
  });
});

describe(canonicalAddress, () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107'],
    ['2001:0DB8::1', '2001:db8::1'],
    ['203.0.113.256', undefined],
    ['', undefined],
  ])('of %j is %j', (text, address) => {
    expect(canonicalAddress(text)).toBe(address);
  });
});
