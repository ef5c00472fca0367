import { type DataPaths, hasData, readMemory, writeMemory } from '../data-directory.ts';
import { PortInUseError } from '../errors.ts';
import { findMongod } from '../finder/find-mongod.ts';
import type { TimeLimits } from '../time-limits.ts';
import { type MongodSettings, stopProcess } from './mongod-process.ts';
import { choosePort } from './port.ts';
import { becomePrimary, moveMember, REPLICA_SET } from './replica-set.ts';
import { type ReadyMongod, wasShutDownCleanly } from './running-mongod.ts';
import type { StartLocalMongodOptions } from './start-local-mongod.ts';
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
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(options.port, memory?.port);
    try {
      const durable = options.durability !== 'throwaway';
      // Tests move a clock of their own; what has expired by the machine's must not vanish under them.
      const settings = { binary, port, cacheSize, deletesExpired: durable };
      if (memory !== undefined && memory.port !== port) {
        options.report?.(`port ${memory.port}, used before, is not to be had: using ${port}`);
        await prepareMove(paths, settings, limits);
      }
      // Before the start: data of an unknown version must never lie there, whenever this is killed.
      await writeMemory(paths, { binary, version, port });
      return await launchOnce(paths, settings, durable, limits);
    } catch (error) {
      const another = error instanceof PortInUseError && options.port === undefined;
      if (!another || attempt === PORT_ATTEMPTS) {
        throw error;
      }
    }
  }
}

function launchOnce(
  paths: DataPaths,
  settings: MongodSettings,
  durable: boolean,
  limits: TimeLimits,
): Promise<ReadyMongod> {
  const { port } = settings;
  return withNewMongod(paths, { ...settings, replicaSet: REPLICA_SET }, limits, async (details) => {
    const version = await becomePrimary({ port, pid: details.pid, durable }, limits.start);
    return { details, port, version };
  });
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
