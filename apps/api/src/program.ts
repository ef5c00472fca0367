import { systemClock } from '@org/core';
import { Database, type IndexConflict } from '@org/core/store';

import type { TopologyDescription } from 'mongodb';

import type { Config } from './config.ts';
import type { Lifecycle } from './lifecycle.ts';
import { warnOfUnheardEvents } from './listener-log.ts';
import { startLocalDatabase } from './local-database.ts';
import { createLogDestination, createLogger, type Logger } from './logging.ts';
import { createMalformedDocumentLog } from './malformed-document-log.ts';
import { untilMongodbAnswers } from './mongodb-patience.ts';
import { OutageLog } from './outage-log.ts';
import { Readiness } from './readiness.ts';
import { readOrCreateSecretKey } from './secret-key-file.ts';
import { listenByRole } from './servers.ts';
import { composeServices, type Services, type ServicesOptions } from './services.ts';
import { StartAbandonedError, StartError } from './start-errors.ts';

export interface ProgramOptions {
  readonly config: Config;
  readonly lifecycle: Lifecycle;
  /** Reports startup progress to the person at the terminal. */
  readonly report: (line: string) => void;
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
  const { database, logger } = createDatabase(uri, options);
  const secretKey = config.SECRET_KEY ?? (await readOwnSecretKey(config));
  const services = compose({ config, database, secretKey, report, logger });
  stopWithProgram(services, lifecycle);
  const readiness = new Readiness();
  const initialized = untilMongodbAnswers({ uri, lifecycle, report }, async () => {
    await database.open();
    await services.initialize();
  });
  // The server is built meanwhile. Errors are handled where this is awaited.
  initialized.catch(() => undefined);
  const address = await listenByRole({
    config,
    database,
    services,
    readiness,
    logger,
    lifecycle,
    initialized,
  });
  await initialized;
  await beginWork(services, options, logger);
  assertNotStopping(lifecycle);
  readiness.announce();
  return address;
}

function createDatabase(
  uri: string,
  options: ProgramOptions,
): { readonly database: Database; readonly logger: Logger } {
  const outages = new OutageLog(systemClock);
  const logger = openLog(options, outages);
  const database = Database.create({
    uri,
    onClockSkew: (offset) => warnOfSkew(offset, logger),
    onMalformedDocument: createMalformedDocumentLog(logger),
  });
  options.lifecycle.add('the database connection', () => database.close());
  logWhenMongodbAnswers(database, outages, logger);
  return { database, logger };
}

function stopWithProgram(services: Services, lifecycle: Lifecycle): void {
  lifecycle.add('the audit log', () => services.audit.close());
  lifecycle.add('the background work', () => services.stopWork());
}

async function beginWork(
  services: Services,
  { config, lifecycle }: ProgramOptions,
  logger: Logger,
): Promise<void> {
  services.audit.startFlushing();
  logConflicts(services.indexConflicts(), logger);
  warnOfUnheardEvents(services.events.queue, logger).catch((error: unknown) => {
    logger.warn({ err: error }, 'it is unknown whether events wait for listeners');
  });
  if (config.ROLE !== 'api') {
    await services.startWork();
  }
  const { secretWatch } = services;
  lifecycle.add('the watch over SECRET_KEY', () => secretWatch.stop());
  secretWatch.start({ movesPrevious: config.SECRET_KEY_PREVIOUS !== undefined });
}

function openLog({ config, lifecycle }: ProgramOptions, outages: OutageLog): Logger {
  const destination = createLogDestination();
  const flush = (): void => destination.flushSync();
  lifecycle.add('the log', async () => flush(), flush);
  return createLogger(config.LOG_LEVEL, destination, outages);
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
function compose(options: ServicesOptions): Services {
  try {
    return composeServices(options);
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

function warnOfSkew(offsetMilliseconds: number, logger: Logger): void {
  logger.warn(
    { offset_milliseconds: offsetMilliseconds },
    "this machine's clock is more than 5 s off MongoDB's, which counts; set one of them right",
  );
}

function logConflicts(conflicts: readonly IndexConflict[], logger: Logger): void {
  for (const { collectionName, indexName, conflictingIds } of conflicts) {
    logger.error(
      { collection: collectionName, index: indexName, conflicting_ids: conflictingIds },
      'documents collide, so the unique index could not be built',
    );
  }
}
