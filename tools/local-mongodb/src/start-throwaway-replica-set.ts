import { mkdir } from 'node:fs/promises';

import { atExit, signalProcess } from '@org/harness';

import { dataPaths } from './data-directory.ts';
import { findMongod } from './finder/find-mongod.ts';
import { stopProcess, withNewMongod, type MongodSettings } from './mongod-process.ts';
import type { StartLocalMongodOptions } from './options.ts';
import type { ProcessDetails } from './processes.ts';
import { findPrimary, foundReplicaSet, REPLICA_SET, uriOf } from './replica-set.ts';
import { choosePort, DEFAULT_CACHE_SIZE } from './start-local-mongod.ts';
import type { StartThrowawayMongodOptions } from './start-throwaway-mongod.ts';
import { nameThrowawayData, type ThrowawayData } from './throwaway-data.ts';
import { DEFAULT_TIME_LIMITS } from './time-limits.ts';

/** Options of {@link startThrowawayReplicaSet}. */
export interface StartThrowawayReplicaSetOptions extends Pick<
  StartThrowawayMongodOptions,
  'binary' | 'report' | 'temporaryDirectory'
> {
  /** As of startLocalMongod. Default: `throwaway`. */
  readonly durability?: StartLocalMongodOptions['durability'];
  /** Whether members take MongoDB's commands for tests, such as `configureFailPoint`. Default: no. */
  readonly testCommands?: boolean;
  /**
   * Tells by which port the other members and all clients reach the member that listens on this
   * one, such as that of a proxy. Default: the same.
   */
  readonly advertise?: (port: number) => Promise<number>;
}

/** A replica set of three whose data are gone with it. */
export interface ThrowawayReplicaSet {
  /** For MongoClient; without a database name. */
  readonly uri: string;
  readonly members: readonly ThrowawayMember[];
  /** Ends the primary as a crash would. The others elect another within seconds. */
  killPrimary(): Promise<void>;
  /** Ends what still runs, and removes the data. */
  stop(): Promise<void>;
}

/** One of the three. */
export interface ThrowawayMember {
  /** Where it listens. */
  readonly port: number;
  /** By which the others and clients reach it. */
  readonly advertisedPort: number;
  readonly pid: number;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it on its data again. Resolves when it listens; it has its place in the set later. */
  restart(): Promise<void>;
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
      members.push(await Member.start(binary, options));
    }
    const advertisedPorts = members.map(({ advertisedPort }) => advertisedPort);
    const [{ port }] = members as [Member];
    const durable = options.durability === 'durable';
    await foundReplicaSet({ port, advertisedPorts, durable }, DEFAULT_TIME_LIMITS.start);
    const killPrimary = async (): Promise<void> => {
      const primary = await findPrimary(advertisedPorts, DEFAULT_TIME_LIMITS.start);
      await members.find(({ advertisedPort }) => advertisedPort === primary)?.kill();
    };
    return { uri: uriOf(...advertisedPorts), members, killPrimary, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

class Member implements ThrowawayMember {
  readonly advertisedPort: number;
  readonly #settings: MongodSettings;
  readonly #data: ThrowawayData;
  readonly #forget: () => void;
  #process: ProcessDetails;

  private constructor(
    data: ThrowawayData,
    settings: MongodSettings,
    process: ProcessDetails,
    advertisedPort: number,
  ) {
    this.#data = data;
    this.#settings = settings;
    this.#process = process;
    this.advertisedPort = advertisedPort;
    this.#forget = atExit(() => {
      signalProcess(this.pid, 'SIGKILL');
      data.remove();
    });
  }

  static async start(binary: string, options: StartThrowawayReplicaSetOptions): Promise<Member> {
    const data = await nameThrowawayData(options.temporaryDirectory);
    await mkdir(data.directory, { mode: 0o700 });
    const { durability, testCommands = false, advertise = async (port) => port } = options;
    const settings = {
      ...{ binary, port: await choosePort(), replicaSet: REPLICA_SET, testCommands },
      ...{ cacheSize: DEFAULT_CACHE_SIZE, deletesExpired: durability === 'durable' },
    };
    try {
      const process = await startMongod(data, settings);
      return new Member(data, settings, process, await advertise(settings.port));
    } catch (error) {
      data.remove();
      throw error;
    }
  }

  get port(): number {
    return this.#settings.port;
  }

  get pid(): number {
    return this.#process.pid;
  }

  async kill(): Promise<void> {
    await stopProcess(this.#process, 0);
  }

  async restart(): Promise<void> {
    this.#process = await startMongod(this.#data, this.#settings);
  }

  /** Kills it and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    this.#forget();
    this.#data.remove();
  }
}

function startMongod(data: ThrowawayData, settings: MongodSettings): Promise<ProcessDetails> {
  const limits = { ...DEFAULT_TIME_LIMITS, stop: 0 };
  return withNewMongod(dataPaths(data.directory), settings, limits, async (started) => started);
}
