import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { restApiPlugin, restApiServerOptions, type RestApiOptions } from '@org/core/rest-api';
import {
  fastify,
  type FastifyHttpOptions,
  type FastifyInstance,
  type RawServerDefault,
} from 'fastify';

export interface TestServer {
  readonly app: FastifyInstance;
  readonly address: string;
}

/** Listens on a free port with the routes that `addRoutes` adds. */
export async function listen(
  addRoutes: (app: FastifyInstance) => void,
  {
    handlerTimeout,
    allowedOrigins = [],
    ownOrigin,
    ...options
  }: Omit<FastifyHttpOptions<RawServerDefault>, 'handlerTimeout'> & RestApiOptions = {},
): Promise<TestServer> {
  const app = fastify({ ...restApiServerOptions, ...options });
  await app.register(restApiPlugin, {
    allowedOrigins,
    ownOrigin,
    ...(handlerTimeout === undefined ? {} : { handlerTimeout }),
  });
  addRoutes(app);
  return { app, address: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

/**
 * Sends bytes as they are, then what `goOn` writes, and returns all that comes back until the server
 * closes.
 */
export async function sendRaw(
  address: string,
  bytes: string,
  goOn: (socket: Socket) => Promise<void> = async () => undefined,
): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.write(bytes);
  await goOn(socket);
  await closed;
  return answer;
}

export function postJson(
  address: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<Response> {
  return fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}
