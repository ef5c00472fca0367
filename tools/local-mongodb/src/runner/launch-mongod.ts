import { findFreePort } from '@org/harness';

import { hasData, readMemory, writeMemory, type DataPaths } from '../data-directory.ts';
import { PortInUseError } from '../errors.ts';
import { findMongod } from '../finder/find-mongod.ts';
import type { StartLocalMongodOptions } from '../options.ts';
import type { TimeLimits } from '../time-limits.ts';
import { stopProcess, type MongodSettings } from './mongod-process.ts';
import { becomePrimary, moveMember, REPLICA_SET } from './replica-set.ts';
import { wasShutDownCleanly, type ReadyMongod } from './running-mongod.ts';
import { withNewMongod } from './with-new-mongod.ts';

const DEFAULT_CACHE_SIZE = 0.25;
const PORT_ATTEMPTS = 3;

/**
 * Finds a mongod and starts it on a data folder on which none runs. Where the port is taken by
 * somebody else just before mongod gets to it, another one is tried, unless it was asked for.
 */
export async function launchMongod(
  paths: DataPaths,
  options: StartLocalMongodOptions,
  limits: TimeLimits,
): Promise<ReadyMongod> {
  const memory = await readMemory(paths);
  const { path: binary, version } = await findMongod({ ...options, dataDirectory: paths.root });
  const cacheSize = options.cacheSize ?? DEFAULT_CACHE_SIZE;
  const durable = options.durability !== 'throwaway';
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(options.port, memory?.port);
    // Tests move a clock of their own; what has expired by the machine's must not vanish under them.
    const settings = { binary, port, cacheSize, deletesExpired: durable };
    try {
      if (memory !== undefined && memory.port !== port) {
        options.report?.(`port ${memory.port}, used before, is taken: using ${port}`);
        await prepareMove(paths, settings, limits);
      }
      // Before the start: data of an unknown version must never lie there, whenever this is killed.
      await writeMemory(paths, { binary, version, port });
      const member = { ...settings, replicaSet: REPLICA_SET };
      return await withNewMongod(paths, member, limits, async (details) => ({
        details,
        port,
        version: await becomePrimary({ port, pid: details.pid, durable }, limits.start),
      }));
    } catch (error) {
      const another = error instanceof PortInUseError && options.port === undefined;
      if (!another || attempt === PORT_ATTEMPTS) {
        throw error;
      }
    }
  }
}

/**
 * Chooses the port to run on.
 *
 * @param requested no other is taken instead
 * @param remembered taken if it is free
 * @throws PortInUseError if the requested port is taken
 */
export async function choosePort(
  requested: number | undefined,
  remembered: number | undefined,
): Promise<number> {
  if (requested === undefined) {
    return findFreePort(remembered).catch(() => findFreePort());
  }
  try {
    return await findFreePort(requested);
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw isTaken ? new PortInUseError(requested, error) : error;
  }
}

/**
 * Writes the new address into the configuration of the replica set, with a mongod that does not
 * take part in it. Left to {@link becomePrimary}, it takes 30 seconds where the program that now
 * has the old port accepts connections and says nothing: mongod asks it whether it is itself.
 * MongoDB describes this way only for data that need no recovery, so others take the long one.
 */
async function prepareMove(
  paths: DataPaths,
  settings: MongodSettings,
  limits: TimeLimits,
): Promise<void> {
  if (!hasData(paths) || !(await wasShutDownCleanly(paths))) {
    return;
  }
  await withNewMongod(paths, settings, limits, async (details) => {
    await moveMember(settings.port, limits.start);
    await stopProcess(details, limits.stop);
  });
}
