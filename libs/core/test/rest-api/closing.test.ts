import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import { listen, sendRaw } from './server.ts';

const WITH_BODY = 'content-type: application/json\r\ncontent-length: 5';

describe('a server that is closing', () => {
  it.each([
    ['a client that only connects', '', /^$/],
    ['half a head', 'GET /echo HTTP/1.1\r\nho', /^HTTP\/1.1 408 [^]*x-content-type-options/],
    [
      'half a body',
      `POST /echo HTTP/1.1\r\nhost: x\r\n${WITH_BODY}\r\n\r\n{`,
      /^HTTP\/1.1 408 [^]*x-content-type-options/,
    ],
  ])(
    'does not wait long for %s',
    async (_, bytes, answer) => {
      const { app, address } = await listen((routes) => {
        routes.post('/echo', async () => ({}));
      });
      const connected = once(app.server, 'connection') as Promise<[Socket]>;

      const answered = sendRaw(address, bytes, async () => {
        const [socket] = await connected;
        await vi.waitFor(() => expect(socket.bytesRead).toBe(bytes.length));
        await app.close();
      });

      expect(await answered).toMatch(answer);
    },
    9_000,
  );

  it('still answers a whole request that takes longer than it waits for others', async () => {
    const { app, address } = await listen((routes) => {
      routes.get('/slow', async () => {
        app.server.emit('entered');
        await delay(6_000);
        return { is: 'done' };
      });
    });
    const entered = once(app.server, 'entered');

    const answer = fetch(`${address}/slow`);
    await entered;
    await app.close();

    expect(await (await answer).json()).toEqual({ is: 'done' });
  }, 9_000);
});
