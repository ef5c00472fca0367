import { dirname } from 'node:path';

import { ChildProgram, findFreePort, waitUntil } from '@org/harness';

interface ServerOptions {
  /** The Node that runs it. */
  readonly command: string;
  /** Path of what it runs. It listens on `PORT`. */
  readonly program: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Default: that of the program. */
  readonly directory?: string;
  /** For a program that does not read PORT. */
  readonly wordsFor?: (port: number) => readonly string[];
}

/**
 * Starts a server, and stops it after the calls.
 *
 * @returns when its first answer came, by `performance.now()`
 * @throws ProgramFailedError if it ends before it answers
 */
export async function callServer(
  { command, program, environment, directory = dirname(program), wordsFor }: ServerOptions,
  call: (address: string) => Promise<void>,
): Promise<number> {
  const port = await findFreePort();
  const server = new ChildProgram({
    ...{ command, arguments: [program, ...(wordsFor?.(port) ?? [])], directory },
    environment: { ...environment, PORT: String(port) },
  });
  const address = `http://localhost:${port}`;
  try {
    await waitUntil('the first answer', async () => {
      if (server.hasEnded) {
        throw server.failure('The program ended before it answered.');
      }
      return fetch(address).then(
        () => true,
        () => false,
      );
    });
    const answeredAt = performance.now();
    await call(address);
    return answeredAt;
  } finally {
    await server.stop();
  }
}
