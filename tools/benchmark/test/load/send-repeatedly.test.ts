import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { describe, expect, it, onTestFinished } from 'vitest';

import { LoadFailedError, sendRepeatedly } from '../../src/load/load.ts';

interface Received {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

async function listen(status = 200): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request;
      received.push({ line: `${method} ${url}`, authorization: headers.authorization, body });
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, received };
}

describe(sendRepeatedly, () => {
  it('sends as many requests as are asked for, each connection its own in turn', async () => {
    const { port, received } = await listen();
    const answers = await sendRepeatedly(
      { port },
      {
        connections: 2,
        extent: { count: 8 },
        requestsOf: (connection) => [
          { path: `/${connection}/a`, headers: { authorization: `Bearer ${connection}` } },
          { path: `/${connection}/b` },
        ],
      },
    );
    expect(answers.milliseconds).toHaveLength(8);
    expect(received.map(({ line }) => line).toSorted()).toEqual([
      ...['GET /0/a', 'GET /0/a', 'GET /0/b', 'GET /0/b'],
      ...['GET /1/a', 'GET /1/a', 'GET /1/b', 'GET /1/b'],
    ]);
    expect(received.find(({ line }) => line === 'GET /1/a')?.authorization).toBe('Bearer 1');
  });

  it('makes another body for each request', async () => {
    const { port, received } = await listen();
    let made = 0;
    const makeBody = (): object => ({ number: (made += 1) });
    await sendRepeatedly(
      { port },
      {
        connections: 1,
        extent: { count: 4 },
        requestsOf: () => [{ method: 'POST', path: '/', makeBody }],
      },
    );
    expect(new Set(received.map(({ body }) => body)).size).toBe(4);
  });

  it('sends for some time', async () => {
    const { port } = await listen();
    const { milliseconds, seconds } = await sendRepeatedly(
      { port },
      { connections: 1, extent: { seconds: 0.2 }, requestsOf: () => [{ path: '/' }] },
    );
    expect(milliseconds.length).toBeGreaterThan(0);
    expect(seconds).toBeGreaterThanOrEqual(0.2);
  });

  it('refuses to count answers that are no success', async () => {
    const { port } = await listen(503);
    const failing = sendRepeatedly(
      { port },
      { connections: 1, extent: { count: 3 }, requestsOf: () => [{ path: '/' }] },
    );
    await expect(failing).rejects.toThrow(LoadFailedError);
    await expect(failing).rejects.toThrow('3 answers, 3 of them no success');
  });
});
