import { describe, expect, it } from 'vitest';

import { ProgramFailedError, ServerProgram } from '../src/index.ts';
import { startServer } from './start-server.ts';

const ECHO = `
  import { createServer } from 'node:http';
  import { json } from 'node:stream/consumers';
  createServer(async (request, response) => {
    const { method, url, headers } = request;
    const body = method === 'POST' ? await json(request) : null;
    response.statusCode = method === 'POST' ? 201 : 200;
    response.end(JSON.stringify({ url, authorization: headers.authorization, body }));
  }).listen(Number(process.env.PORT), '127.0.0.1');
`;

const SOME_WAITING = 'await new Promise((resolve) => setTimeout(resolve, 200));';

describe(ServerProgram, () => {
  it('waits until the server listens', async () => {
    const server = await startServer(`${SOME_WAITING}${ECHO}`);
    const headers = { authorization: 'Bearer x' };
    await expect(server.request({ path: '/a', headers }, 200)).resolves.toEqual({
      url: '/a',
      authorization: 'Bearer x',
      body: null,
    });
  });

  it('waits until the server is ready, and only then takes 503 for an answer', async () => {
    const server = await startServer(`
      import { createServer } from 'node:http';
      let requests = 0;
      createServer((_request, response) => {
        requests += 1;
        response.statusCode = requests === 3 ? 200 : 503;
        response.end(JSON.stringify({ requests }));
      }).listen(Number(process.env.PORT), '127.0.0.1');
    `);
    await expect(server.request({ path: '/a' }, 200)).resolves.toEqual({ requests: 3 });
    await expect(server.request({ path: '/a' }, 503)).resolves.toEqual({ requests: 4 });
  });

  it('sends a body as JSON', async () => {
    const server = await startServer(ECHO);
    const request = { method: 'POST', path: '/b', body: { name: 'Ada' } } as const;
    await expect(server.request(request, 201)).resolves.toMatchObject({ body: { name: 'Ada' } });
  });

  it('tells which answer was not expected', async () => {
    const server = await startServer(ECHO);
    await expect(server.request({ path: '/a' }, 404)).rejects.toThrow(
      'GET /a answered 200, not 404: {"url":"/a","body":null}',
    );
  });

  it('shows what a server wrote that ended before it listened', async () => {
    const server = await startServer('console.error("no settings"); process.exit(1);');
    const failing = server.request({ path: '/a' }, 200);
    await expect(failing).rejects.toThrow(ProgramFailedError);
    await expect(failing).rejects.toThrow('no settings');
  });

  it('is gone once it is stopped, and may be stopped again', async () => {
    const server = await startServer(ECHO);
    await server.request({ path: '/a' }, 200);
    await server.kill();
    await server.kill();
    expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
  });
});
