import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { ChildProcesses, kill } from '../../src/servers/child-processes.ts';
import { findFreePort } from '../../src/servers/free-port.ts';
import { RunningServer } from '../../src/servers/running-server.ts';

/** Runs JavaScript that may listen on `process.env.PORT`; all of it is gone after the test. */
export async function startServer(script: string): Promise<RunningServer> {
  const directory = mkdtempSync(join(tmpdir(), 'org-benchmark-test-'));
  const logFile = join(directory, 'server.log');
  const port = await findFreePort();
  const child = await new ChildProcesses().spawn({
    arguments: ['--input-type=module', '--eval', script],
    environment: { PORT: String(port) },
    directory,
    logFile,
  });
  onTestFinished(async () => {
    await kill(child);
    rmSync(directory, { recursive: true });
  });
  return new RunningServer({ child, port, logFile, spawnedAt: 0 });
}
