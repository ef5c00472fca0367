import { readFile } from 'node:fs/promises';

import { pollUntil } from '@org/harness';

import type { DataPaths } from '../data-directory.ts';
import { MongodStartError, PortInUseError } from '../errors.ts';
import type { TimeLimits } from '../time-limits.ts';
import { findProcess, type ProcessDetails } from '../process/process-details.ts';
import { readTellingLines } from './mongod-log.ts';
import {
  type MongodSettings,
  spawnMongod,
  type StartedMongod,
  stopProcess,
} from './mongod-process.ts';

const PORT_TAKEN_EXIT_CODE = 48;
const LISTENING = '"id":23016,';
const POLL_INTERVAL = 15;

/**
 * Starts a mongod and makes it ready. It is stopped when that fails, and left running otherwise.
 *
 * @throws PortInUseError when somebody else has taken the port.
 * @throws MongodStartError, with lines of its log, when it ends or does not become ready.
 */
export async function withNewMongod<Result>(
  paths: DataPaths,
  settings: MongodSettings,
  limits: TimeLimits,
  makeReady: (details: ProcessDetails) => Promise<Result>,
): Promise<Result> {
  const child = await spawnMongod(paths, settings);
  try {
    return await makeReady(await waitUntilListening(child, paths, limits.start));
  } catch (error) {
    const details = hasEnded(child) ? undefined : findProcess(child.pid);
    if (details !== undefined) {
      await stopProcess(details, limits.stop);
    }
    if (child.exitCode === PORT_TAKEN_EXIT_CODE) {
      throw new PortInUseError(settings.port, error);
    }
    const log = { file: paths.log, lines: await readTellingLines(paths.log) };
    throw new MongodStartError(settings.binary, log, error);
  }
}

/** Waits until it says so in its log: an answer on its port might be somebody else's. */
async function waitUntilListening(
  child: StartedMongod,
  paths: DataPaths,
  limit: number,
): Promise<ProcessDetails> {
  const details = await pollUntil(
    async () => {
      if (child.signalCode !== null) {
        throw new Error(`was ended by ${child.signalCode}`);
      }
      if (hasEnded(child)) {
        throw new Error(`ended with exit code ${child.exitCode}`);
      }
      const listens = (await readFile(paths.log, 'utf8')).includes(LISTENING);
      return listens ? findProcess(child.pid) : undefined;
    },
    limit,
    POLL_INTERVAL,
  );
  if (details === undefined) {
    throw new Error(`did not listen within ${limit} ms`);
  }
  return details;
}

function hasEnded(child: StartedMongod): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
