import { mkdir } from 'node:fs/promises';

import { atExit, signalProcess } from '@org/harness';

import { dataPaths } from './data-directory.ts';
import { findMongod } from './finder/find-mongod.ts';
import { stopProcess, withNewMongod, type RunningMongod } from './mongod-process.ts';
import { findPrimary, foundReplicaSet, REPLICA_SET, uriOf } from './replica-set.ts';
import { choosePort, DEFAULT_CACHE_SIZE } from './start-local-mongod.ts';
import type { StartThrowawayMongodOptions } from './start-throwaway-mongod.ts';
import { nameThrowawayData } from './throwaway-data.ts';
import { DEFAULT_TIME_LIMITS } from './time-limits.ts';

/** Options of {@link startThrowawayReplicaSet}. */
export type StartThrowawayReplicaSetOptions = Pick<
  StartThrowawayMongodOptions,
  'binary' | 'report' | 'temporaryDirectory'
>;

/** A replica set of three whose data are gone with it. */
export interface ThrowawayReplicaSet {
  /** For MongoClient; without a database name. */
  readonly uri: string;
  /** Ends the primary as a crash would. The others elect another within seconds. */
  killPrimary(): Promise<void>;
  /** Ends what still runs, and removes the data. */
  stop(): Promise<void>;
}

interface Member extends RunningMongod {
  /** Kills it and removes its data. */
  readonly stop: () => Promise<void>;
}

const MEMBERS = 3;

/**
 * Runs three mongods with empty data as one replica set, for tests of what happens when its primary
 * is lost. Ends with this process, as {@link startThrowawayMongod} does.
 *
 * @throws what startThrowawayMongod throws
 */
export async function startThrowawayReplicaSet(
  options: StartThrowawayReplicaSetOptions = {},
): Promise<ThrowawayReplicaSet> {
  const { path: binary } = await findMongod(options);
  const members: Member[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(members.map((member) => member.stop()));
  };
  try {
    while (members.length < MEMBERS) {
      members.push(await startMember(binary, options));
    }
    const ports = members.map(({ port }) => port);
    await foundReplicaSet(ports, DEFAULT_TIME_LIMITS.start);
    const killPrimary = async (): Promise<void> => {
      const port = await findPrimary(ports, DEFAULT_TIME_LIMITS.start);
      const primary = members.find((member) => member.port === port);
      if (primary !== undefined) {
        await stopProcess(primary.details, 0);
      }
    };
    return { uri: uriOf(...ports), killPrimary, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startMember(
  binary: string,
  { temporaryDirectory }: StartThrowawayReplicaSetOptions,
): Promise<Member> {
  const data = await nameThrowawayData(temporaryDirectory);
  await mkdir(data.directory, { mode: 0o700 });
  const port = await choosePort();
  const settings = {
    ...{ binary, port, replicaSet: REPLICA_SET },
    ...{ cacheSize: DEFAULT_CACHE_SIZE, deletesExpired: false },
  };
  const limits = { ...DEFAULT_TIME_LIMITS, stop: 0 };
  try {
    const details = await withNewMongod(
      dataPaths(data.directory),
      settings,
      limits,
      async (started) => started,
    );
    const forget = atExit(() => {
      signalProcess(details.pid, 'SIGKILL');
      data.remove();
    });
    const stop = async (): Promise<void> => {
      await stopProcess(details, 0);
      forget();
      data.remove();
    };
    return { details, port, stop };
  } catch (error) {
    data.remove();
    throw error;
  }
}
