import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Everything listens here, and nothing else is ever asked. */
export const LOOPBACK = '127.0.0.1';

/** A port that nothing listens on at the moment. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
