import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { listen, sendRaw } from './server.ts';

const WITH_BODY = 'content-type: application/json\r\ncontent-length: 5';
// Else Node would end silent ones in time.
const UNLIMITED = { connectionTimeout: 0, requestTimeout: 0 };
const REFUSAL = /^HTTP\/1.1 408 [^]*x-content-type-options/;

beforeEach(() => {
  // Those of sockets go on.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Begins to close, and resolves once that has lasted for so long. */
async function closeFor(app: FastifyInstance, events: EventEmitter, milliseconds: number) {
  const closing = once(events, 'closing');
  const closed = app.close();
  await closing;
  vi.advanceTimersByTime(milliseconds);
  return closed;
}

function addRoutes(app: FastifyInstance, events: EventEmitter): void {
  app.post('/echo', async () => ({}));
  app.get('/slow', async () => {
    events.emit('entered');
    await once(events, 'released');
    return { is: 'done' };
  });
  app.addHook('preClose', async () => {
    events.emit('closing');
  });
}

describe('a server that is closing', () => {
  it.each([
    ['a client that only connects', '', 1_000, /^$/],
    ['half a head', 'GET /echo HTTP/1.1\r\nho', 5_000, REFUSAL],
    ['half a body', `POST /echo HTTP/1.1\r\nhost: x\r\n${WITH_BODY}\r\n\r\n{`, 5_000, REFUSAL],
  ])('does not wait long for %s', async (_what, bytes, milliseconds, answer) => {
    const events = new EventEmitter();
    const { app, address } = await listen((routes) => addRoutes(routes, events), UNLIMITED);
    const connected = once(app.server, 'connection') as Promise<[Socket]>;

    const answered = sendRaw(address, bytes, async () => {
      const [socket] = await connected;
      while (socket.bytesRead < bytes.length) {
        await turn();
      }
      await closeFor(app, events, milliseconds);
    });

    expect(await answered).toMatch(answer);
  });

  it('still answers a whole request that takes longer than it waits for others', async () => {
    const events = new EventEmitter();
    const { app, address } = await listen((routes) => addRoutes(routes, events));
    const entered = once(events, 'entered');
    const closing = once(events, 'closing');

    const answer = fetch(`${address}/slow`);
    await entered;
    const closed = closeFor(app, events, 5_000);
    await closing;
    events.emit('released');

    expect(await (await answer).json()).toEqual({ is: 'done' });
    await closed;
  });

  it('answers for a handler that leaves the rest of the program too little time', async () => {
    const events = new EventEmitter();
    const { app, address } = await listen((routes) => addRoutes(routes, events));
    const entered = once(events, 'entered');

    const answer = fetch(`${address}/slow`);
    await entered;
    const closed = closeFor(app, events, 7_500);

    expect((await answer).status).toBe(503);
    await closed;
    events.emit('released');
  });
});
