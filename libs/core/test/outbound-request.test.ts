import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { parseRetryAfter, postToForeignUrl, PrivateAddressError } from '@org/core';
import { FakeClock } from '@org/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let server: Server;
let requests: { readonly url: string | undefined; readonly body: string }[];
let answer: RequestListener;

beforeEach(async () => {
  requests = [];
  answer = (_request, response) => response.end();
  server = createServer((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      requests.push({ url: request.url, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function post(host: string, allowsPrivateAddresses?: boolean) {
  const { port } = server.address() as AddressInfo;
  return postToForeignUrl({
    url: new URL(`http://${host}:${port}/hook`),
    headers: { 'content-type': 'text/plain' },
    body: 'hello',
    signal: new AbortController().signal,
    allowsPrivateAddresses,
  });
}

describe(postToForeignUrl, () => {
  it('gives status and headers of the answer', async () => {
    answer = (_request, response) => response.writeHead(429, { 'Retry-After': '7' }).end('busy');

    expect(await post('127.0.0.1', true)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7' },
    });
    expect(requests).toEqual([{ url: '/hook', body: 'hello' }]);
  });

  it('follows no redirect', async () => {
    answer = (_request, response) => response.writeHead(307, { Location: '/elsewhere' }).end();

    expect(await post('127.0.0.1', true)).toMatchObject({ status: 307 });
    expect(requests).toHaveLength(1);
  });

  it('takes a change of protocol for the answer that it is', async () => {
    server.once('connection', (socket) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Go\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\n'),
      );
    });
    answer = () => undefined;

    expect(await post('127.0.0.1', true)).toMatchObject({ status: 101 });
  });

  it('does not wait for the rest of an answer', async () => {
    let isClosed = false;
    answer = (_request, response) => {
      response.write('endless');
      response.on('close', () => (isClosed = true));
    };

    expect(await post('127.0.0.1', true)).toMatchObject({ status: 200 });
    await expect.poll(() => isClosed).toBe(true);
  });

  it.each(['127.0.0.1', '[::1]', 'localhost'])('connects to no private %s', async (host) => {
    await expect(post(host)).rejects.toThrow(PrivateAddressError);
    expect(requests).toEqual([]);
  });
});

describe(parseRetryAfter, () => {
  const clock = new FakeClock(new Date('2026-01-01T00:00:00Z'));

  it.each([
    ['120', 120_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %s as %s ms', (header, milliseconds) => {
    expect(parseRetryAfter(header, clock)).toBe(milliseconds);
  });
});
