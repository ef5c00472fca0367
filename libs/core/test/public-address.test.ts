import { isPublicAddress, mayBePublicHost } from '@org/core';
import { describe, expect, it } from 'vitest';

describe(isPublicAddress, () => {
  it.each([
    ['8.8.8.8', true],
    ['172.15.0.1', true],
    ['172.31.255.255', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['2606:4700::1111', true],
    ['2001:db8::1', false],
    ['2002:7f00:1::', false],
    ['::ffff:8.8.8.8', false],
    ['fc00::1', false],
    ['ff02::1', false],
    ['nonsense', false],
  ])('of %s is %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });
});

describe(mayBePublicHost, () => {
  it.each([
    ['example.org', true],
    ['8.8.8.8', true],
    ['[2606:4700::1111]', true],
    ['127.0.0.1', false],
    ['[::1]', false],
    ['localhost', false],
    ['intranet', false],
    ['printer.local', false],
    ['db.internal.', false],
  ])('of %s is %s', (hostname, isPublic) => {
    expect(mayBePublicHost(hostname)).toBe(isPublic);
  });
});
