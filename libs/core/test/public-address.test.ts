import { isPublicAddress, mayBePublicHost } from '@org/core';
import { describe, expect, it } from 'vitest';

describe(isPublicAddress, () => {
  it.each([
    ['8.8.8.8', true],
    ['2606:4700::1111', true],
    ['2000::', true],
    ['3ffe:ffff::', true],
    ['1fff:ffff::', false],
    ['4000::', false],
    ['::1', false],
    ['::ffff:8.8.8.8', false],
    ['fc00::1', false],
    ['ff02::1', false],
    ['255.255.255.255', false],
    ['nonsense', false],
    ['', false],
  ])('of %s is %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });

  it.each([
    ['0.0.0.0', '0.255.255.255', [], '1.0.0.0'],
    ['10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
    ['100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
    ['127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
    ['169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
    ['172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
    ['192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
    ['192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
    ['192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
    ['198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
    ['198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
    ['203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
    ['224.0.0.0', '255.255.255.255', '223.255.255.255', []],
    ['2001::', '2001:1ff:ffff::', '2000:ffff::', '2001:200::'],
    ['2001:db8::', '2001:db8:ffff::', '2001:db7:ffff::', '2001:db9::'],
    ['2002::', '2002:ffff::', '2001:ffff::', '2003::'],
    ['3fff::', '3fff:fff:ffff::', '3ffe:ffff::', '3fff:1000::'],
  ])('is none from %s to %s', (first, last, before, after) => {
    expect([first, last].filter(isPublicAddress)).toEqual([]);
    expect([before, after].flat().filter((address) => !isPublicAddress(address))).toEqual([]);
  });
});

describe(mayBePublicHost, () => {
  it.each([
    ['example.org', true],
    ['example.org.', true],
    ['8.8.8.8', true],
    ['[2606:4700::1111]', true],
    ['127.0.0.1', false],
    ['[::1]', false],
    ['printer', false],
    ['notlocal.example', true],
    ['local.example', true],
    ['my-lan.example.org', true],
    ['example.notlocal', true],
    ['home.arpa', false],
    ['printer.home.arpa', false],
    ['printer.home-arpa', true],
  ])('of %s is %s', (hostname, isPublic) => {
    expect(mayBePublicHost(hostname)).toBe(isPublic);
  });

  it.each(['localhost', 'local', 'internal', 'intranet', 'lan', 'home', 'corp'])(
    'is false of all names below %s',
    (name) => {
      expect([name, `${name}.`, `a.${name}`, `a.b.${name}.`].filter(mayBePublicHost)).toEqual([]);
    },
  );
});
