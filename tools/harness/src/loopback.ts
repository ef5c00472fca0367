import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** All servers listen here, and nothing else is ever asked. */
export const LOOPBACK = '127.0.0.1';

/** Starts a server on a port that the system chooses, or on this one. */
export async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
  return portOf(server);
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/**
 * A port that nothing listens on at the moment.
 *
 * @param port the only one that will do; 0: any
 * @throws Error with code `EADDRINUSE` if that port is taken
 */
export async function findFreePort(port = 0): Promise<number> {
  const server = createServer();
  const found = await listen(server, port);
  server.close();
  await once(server, 'close');
  return found;
}
