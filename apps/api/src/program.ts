import { databaseLog } from '@org/backend';
import { systemClock } from '@org/core';
import { Database } from '@org/core/store';

import type { TopologyDescription } from 'mongodb';

import {
  channelsOf,
  composeProgramBackend,
  type ProgramBackend,
  type ProgramBackendOptions,
} from './backend.ts';
import type { Config } from './config.ts';
import type { Lifecycle } from './lifecycle.ts';
import { startLocalDatabase } from './local-database.ts';
import { createLogDestination, createLogger, type Logger } from './logging.ts';
import { untilMongodbAnswers } from './mongodb-patience.ts';
import { openTracing } from './open-tracing.ts';
import { OutageLog } from './outage-log.ts';
import { Readiness } from './readiness.ts';
import type { Report } from './report.ts';
import { readOrCreateSecretKey } from './secret-key-file.ts';
import { listenByRole } from './servers.ts';
import { StartAbandonedError, StartError } from './start-errors.ts';
import type { ProgramTracing } from './tracing.ts';

export interface ProgramOptions {
  readonly config: Config;
  readonly lifecycle: Lifecycle;
  /** Reports startup progress to the person at the terminal. */
  readonly report: Report;
}

/**
 * Starts what the role requires. A server listens within half a second, and answers 503 until
 * MongoDB is available and every index exists. `lifecycle` closes whatever was opened.
 *
 * @returns the API's address; undefined for a worker
 */
export async function startProgram(options: ProgramOptions): Promise<string | undefined> {
  const { config, lifecycle, report } = options;
  const uri = config.MONGODB_URI ?? (await startLocalDatabase(options));
  assertNotStopping(lifecycle);
  const tracing = await openTracing(config, config.ROLE === 'worker' ? 'org-worker' : 'org-api');
  const { database, logger } = createDatabase(uri, options, tracing);
  const secretKey = config.SECRET_KEY ?? (await readOwnSecretKey(config));
  const channels = channelsOf(config, report);
  const backend = compose({ config, database, secretKey, channels, logger });
  lifecycle.add('the background work', () => backend.close());
  const readiness = new Readiness();
  const initialized = untilMongodbAnswers({ uri, lifecycle, report }, async () => {
    await database.open();
    await backend.initialize();
  });
  // The server is built meanwhile. Errors are handled where this is awaited.
  initialized.catch(() => undefined);
  const address = await listenByRole({
    config,
    database,
    backend,
    readiness,
    logger,
    lifecycle,
    initialized,
    tracing,
  });
  await initialized;
  backend.startUpkeep();
  if (config.ROLE !== 'api') {
    await backend.startWork();
  }
  assertNotStopping(lifecycle);
  readiness.announce();
  return address;
}

function createDatabase(
  uri: string,
  options: ProgramOptions,
  tracing: ProgramTracing | undefined,
): { readonly database: Database; readonly logger: Logger } {
  const outages = new OutageLog(systemClock);
  if (tracing !== undefined) {
    options.lifecycle.add('the traces', () => tracing.close());
  }
  const logger = openLog(options, outages, tracing?.logFields);
  const monitorCommands = tracing !== undefined;
  const database = Database.create({ uri, tracing, monitorCommands, ...databaseLog(logger) });
  options.lifecycle.add('the database connection', () => database.close());
  logWhenMongodbAnswers(database, outages, logger);
  tracing?.watch(database.client);
  tracing?.reportTo(logger);
  return { database, logger };
}

function openLog(
  { config, lifecycle }: ProgramOptions,
  outages: OutageLog,
  mixin: (() => object) | undefined,
): Logger {
  const destination = createLogDestination();
  // Nothing for a process that cannot wait: a full disk would keep it.
  lifecycle.add('the log', destination.end);
  return createLogger(config.LOG_LEVEL, destination, outages, mixin);
}

function logWhenMongodbAnswers(database: Database, outages: OutageLog, logger: Logger): void {
  database.client.on('topologyDescriptionChanged', ({ newDescription }) => {
    const failures = hasPrimary(newDescription) ? outages.end() : 0;
    if (failures > 0) {
      logger.info({ failures }, 'MongoDB answers again');
    }
  });
}

/** Rejects settings that only their consumers can validate, such as the keys for Web Push. */
function compose(options: ProgramBackendOptions): ProgramBackend {
  try {
    return composeProgramBackend(options);
  } catch (error) {
    throw error instanceof RangeError
      ? new StartError(`The settings are not usable: ${error.message}`, error)
      : error;
  }
}

const WRITABLE_SERVERS = new Set(['RSPrimary', 'Mongos', 'LoadBalancer']);

function hasPrimary({ servers }: TopologyDescription): boolean {
  return [...servers.values()].some(({ type }) => WRITABLE_SERVERS.has(type));
}

async function readOwnSecretKey({ DATA_DIR }: Config): Promise<Uint8Array> {
  try {
    return await readOrCreateSecretKey(DATA_DIR);
  } catch (error) {
    throw new StartError(
      `The secret key in DATA_DIR cannot be used: ${(error as Error).message}`,
      error,
    );
  }
}

function assertNotStopping(lifecycle: Lifecycle): void {
  if (lifecycle.isClosing) {
    throw new StartAbandonedError();
  }
}
