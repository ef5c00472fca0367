import { operationContextOf, restApiServerOptions, trustProxies } from '@org/core/rest-api';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';

const PROXY = '10.0.0.1';
let app: FastifyInstance | undefined;

afterEach(async () => {
  await app?.close();
});

/** The source of a request that comes from `peer` with the header `forwarded`. */
async function sourceOf(
  forwarded: string | undefined,
  peer = PROXY,
  proxies = ['10.0.0.0/8', '2001:db8:ffff::/48', '127.0.0.1'],
): Promise<string | undefined> {
  app ??= fastify({ ...restApiServerOptions, trustProxy: trustProxies(proxies) }).get(
    '/',
    async (request) => ({ source: operationContextOf(request).sourceAddress }),
  ) as FastifyInstance;
  const response = await app.inject({
    url: '/',
    remoteAddress: peer,
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  });
  return response.json<{ source?: string }>().source;
}

describe('the source of a request through a trusted proxy', () => {
  afterEach(() => {
    app = undefined;
  });

  it.each([
    ['203.0.113.10', '203.0.113.10'],
    ['203.0.113.10:40000', '203.0.113.10'],
    [' 203.0.113.10\t', '203.0.113.10'],
    ['"203.0.113.10:40000"', '203.0.113.10'],
    ['::ffff:203.0.113.10', '203.0.113.10'],
    ['::FFFF:cb00:710a', '203.0.113.10'],
    ['[::ffff:203.0.113.10]:40000', '203.0.113.10'],
    ['2001:db8::7', '2001:db8::7'],
    ['2001:0DB8:0:0:0:0:0:7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]:40000', '2001:db8::7'],
    ['"[2001:db8::7]:40000"', '2001:db8::7'],
    ['fe80::7%eth0', 'fe80::7'],
    ['[fe80::7%eth0]:40000', 'fe80::7'],
  ])('is the address in %j', async (forwarded, source) => {
    expect(await sourceOf(forwarded)).toBe(source);
  });

  it.each([
    '',
    ',',
    'unknown',
    '_hidden',
    '_hidden:40000',
    'for=203.0.113.10',
    '203.0.113',
    '203.0.113.999',
    '010.0.113.1',
    '203.0.113.10:port',
    '203.0.113.10:400000',
    '203.0.113.10/24',
    '[203.0.113.10]:40000:1',
    'evil.example',
    '203.0.113.9, unknown',
    'x'.repeat(10_000),
  ])('is the proxy where it says %j, which is no address', async (forwarded) => {
    expect(await sourceOf(forwarded)).toBe(PROXY);
  });

  it.each([
    ['203.0.113.9, 203.0.113.10, 10.1.1.1', '203.0.113.10'],
    ['203.0.113.9, 203.0.113.10:40000, 10.1.1.1:80, [2001:db8:ffff::1]:443', '203.0.113.10'],
    ['203.0.113.9, garbage, 10.1.1.1:80', '10.1.1.1'],
    ['10.1.1.1', '10.1.1.1'],
  ])('is the last in %j that no trusted proxy has', async (forwarded, source) => {
    expect(await sourceOf(forwarded)).toBe(source);
  });

  it.each(['::ffff:10.0.0.1', '::ffff:127.0.0.1', '2001:db8:ffff::9'])(
    'is told by the peer %s, however its address is written',
    async (peer) => {
      expect(await sourceOf('203.0.113.10', peer)).toBe('203.0.113.10');
    },
  );
});

describe('the source of a request from anyone else', () => {
  afterEach(() => {
    app = undefined;
  });

  it.each([
    ['198.51.100.4', '198.51.100.4'],
    ['::ffff:198.51.100.4', '198.51.100.4'],
    ['2001:db8::4', '2001:db8::4'],
  ])('is the address of the socket: %s', async (peer, source) => {
    expect(await sourceOf('203.0.113.10', peer)).toBe(source);
    app = undefined;
    expect(await sourceOf('203.0.113.10', peer, [])).toBe(source);
  });

  it('is one and the same where the socket has none any more', async () => {
    app = fastify();
    app.addHook('onRequest', async ({ raw }) => {
      Object.defineProperty(raw.socket, 'remoteAddress', { value: undefined });
    });
    app.get('/', async (request) => ({ source: operationContextOf(request).sourceAddress }));

    expect(await sourceOf(undefined)).toBe('unknown');
  });
});
