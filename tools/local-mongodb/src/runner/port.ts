import { createServer, type AddressInfo } from 'node:net';

import { PortInUseError } from '../errors.ts';

/** The only address on which a mongod is run. */
export const LOOPBACK = '127.0.0.1';

/** Such as `127.0.0.1:27017`. */
export function addressOf(port: number): string {
  return `${LOOPBACK}:${port}`;
}

/**
 * Chooses the port to run on.
 *
 * @param requested no other is taken instead.
 * @param remembered taken if it is free.
 * @throws PortInUseError when the requested port is taken.
 */
export async function choosePort(
  requested: number | undefined,
  remembered: number | undefined,
): Promise<number> {
  if (requested !== undefined) {
    try {
      return await bindOnce(requested);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) {
        throw error;
      }
      throw new PortInUseError(requested, { cause: error });
    }
  }
  if (remembered === undefined) {
    return bindOnce(0);
  }
  return bindOnce(remembered).catch(() => bindOnce(0));
}

/** Listens for a moment, to see that it can be done; 0 has the system choose a free port. */
function bindOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}
