import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { findFreePort, ServerProgram } from '../src/index.ts';

/** Runs JavaScript that may listen on `process.env.PORT`; all of it is gone after the test. */
export async function startServer(script: string): Promise<ServerProgram> {
  const directory = mkdtempSync(join(tmpdir(), 'org-benchmark-test-'));
  const port = await findFreePort();
  const server = new ServerProgram({
    port,
    arguments: ['--input-type=module', '--eval', script],
    environment: { PORT: String(port) },
    directory,
    logFile: join(directory, 'server.log'),
  });
  onTestFinished(async () => {
    await server.kill();
    rmSync(directory, { recursive: true });
  });
  return server;
}
