import { once } from 'node:events';
import { connect } from 'node:net';

import { ServiceUnavailableError } from '@org/core';
import { streamJson } from '@org/core/rest-api';
import { afterEach, describe, expect, it } from 'vitest';

import { listen, type TestServer } from './server.ts';

/** More than the kernel takes from a client that reads nothing. */
const MANY_PAGES = 400;
const PAGE = Array.from({ length: 100 }, (_, index) => ({ index, text: 'x'.repeat(1_000) }));

let server: TestServer;
let pagesRead: number;
let ended: number;

afterEach(async () => {
  await server.app.close();
});

async function serve(
  pages: () => AsyncIterable<readonly unknown[]>,
  handlerTimeout = 9_500,
): Promise<void> {
  pagesRead = 0;
  ended = 0;
  const onEnd = async (): Promise<void> => {
    ended += 1;
  };
  server = await listen(
    (app) => {
      app.get('/list', (_request, reply) =>
        streamJson(reply, { name: 'list', items: pages(), nested: { none: null } }, onEnd),
      );
    },
    { handlerTimeout },
  );
}

async function* manyPages(): AsyncGenerator<readonly unknown[]> {
  while (pagesRead < MANY_PAGES) {
    pagesRead += 1;
    yield PAGE;
  }
}

/** Asks for the list and reads nothing of it. */
async function askWithoutReading() {
  const { hostname, port } = new URL(server.address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.pause();
  await once(socket, 'connect');
  socket.write('GET /list HTTP/1.1\r\nHost: localhost\r\n\r\n');
  return socket;
}

/** Waits until no more pages are asked for. */
async function untilPagesRest(): Promise<void> {
  for (let before = -1; before !== pagesRead || before === 0;) {
    before = pagesRead;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe(streamJson, () => {
  it('answers with lists in the place of pages', async () => {
    await serve(async function* () {
      yield [1, { two: 2 }];
      yield ['three'];
    });

    const answer = await fetch(`${server.address}/list`);

    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.json()).toEqual({
      name: 'list',
      items: [1, { two: 2 }, 'three'],
      nested: { none: null },
    });
    expect(ended).toBe(1);
  });

  it('gives others their turn within a list', async () => {
    let turns = 0;
    const count = (): void => {
      turns += 1;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const writtenIn = new Set<number>();
    const toJSON = (): string => {
      writtenIn.add(turns);
      return 'x'.repeat(64 * 1024);
    };
    server = await listen((app) => {
      app.get('/list', (_request, reply) =>
        streamJson(reply, { items: Array.from({ length: 10 }, () => ({ toJSON })) }),
      );
    });

    const answer = await fetch(`${server.address}/list`);

    expect(await answer.json()).toEqual({ items: Array(10).fill('x'.repeat(64 * 1024)) });
    clearImmediate(counting);
    expect(writtenIn.size).toBe(10);
  });

  it('answers an error before the first byte as any other', async () => {
    await serve(async function* () {
      yield [1];
      throw new ServiceUnavailableError();
    });

    const answer = await fetch(`${server.address}/list`);

    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'SERVER_ERR_02' });
    expect(ended).toBe(1);
  });

  it('breaks the connection for an error after that', async () => {
    await serve(async function* () {
      yield PAGE;
      throw new Error('lost');
    });

    const answer = await fetch(`${server.address}/list`);

    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
    expect(ended).toBe(1);
  });

  it('reads no further than the client does, and is over when the client goes', async () => {
    await serve(manyPages);
    const socket = await askWithoutReading();
    await untilPagesRest();
    expect(pagesRead).toBeLessThan(MANY_PAGES / 2);

    socket.destroy();

    await expect.poll(() => ended).toBe(1);
  });

  it('goes on beyond the time limit of a handler', async () => {
    await serve(manyPages, 50);
    const socket = await askWithoutReading();
    await untilPagesRest();
    const paused = pagesRead;

    socket.resume();

    await expect.poll(() => pagesRead).toBeGreaterThan(paused);
    await expect.poll(() => ended).toBe(1);
    expect(pagesRead).toBe(MANY_PAGES);
    socket.destroy();
  });

  it('is broken off some seconds after the server began to stop', async () => {
    await serve(manyPages);
    const socket = await askWithoutReading();
    await untilPagesRest();

    await server.app.close();

    expect(ended).toBe(1);
    socket.destroy();
  });

  it('reads nothing further for a HEAD', async () => {
    await serve(manyPages);

    const answer = await fetch(`${server.address}/list`, { method: 'HEAD' });

    expect(answer.status).toBe(200);
    expect(answer.headers.has('content-length')).toBe(false);
    expect(pagesRead).toBe(1);
    expect(ended).toBe(1);
  });
});
