import { createServer, type RequestListener } from 'node:http';

import { describe, expect, it, onTestFinished } from 'vitest';

import { findFreePort, isSuccess, listen, renderOutcome, send } from '../src/index.ts';

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return listen(server);
}

describe(send, () => {
  it('reads JSON, and text where it is something else', async () => {
    const port = await serve((request, response) => {
      response.writeHead(request.url === '/a' ? 201 : 404).end(request.url === '/a' ? '{}' : 'no');
    });
    const found = await send({ port, path: '/a', method: 'POST', body: { name: 'Ada' } });
    const missing = await send({ port, path: '/b' });
    expect(found).toMatchObject({ kind: 'answer', status: 201, body: {} });
    expect(missing).toMatchObject({ kind: 'answer', status: 404, body: 'no' });
    expect([found, missing].map(isSuccess)).toEqual([true, false]);
    expect(renderOutcome(missing)).toBe('404 "no"');
  });

  it('tells how there was no answer', async () => {
    const free = await findFreePort();
    const silent = await serve(() => undefined);
    const breaking = await serve((request) => request.destroy());
    const limits = { limitMilliseconds: 50 };
    expect(await send({ port: free, path: '/' })).toMatchObject({ kind: 'refused' });
    expect(await send({ port: silent, path: '/' }, limits)).toMatchObject({ kind: 'overdue' });
    expect(await send({ port: breaking, path: '/' })).toMatchObject({ kind: 'broken' });
  });

  it('asks before it sends the body', async () => {
    const port = await serve((_request, response) => response.end());
    let continued = 0;
    const request = { port, path: '/', method: 'PATCH', body: { name: 'Ada' } } as const;
    await send(request, { onContinue: () => (continued += 1) });
    expect(continued).toBe(1);
  });
});
