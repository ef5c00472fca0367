import { ServiceUnavailableError } from '@org/core';
import { Database, type CollectionReport } from '@org/core/store';
import type { FastifyInstance } from 'fastify';

import { composeServices } from './composition-root.ts';
import type { Config } from './config.ts';
import type { Lifecycle } from './lifecycle.ts';
import { startLocalDatabase } from './local-database.ts';
import { readOrCreateSecretKey } from './secret-key-file.ts';
import { buildServer } from './server.ts';

export interface ProgramOptions {
  readonly config: Config;
  readonly lifecycle: Lifecycle;
  /** Tells the person at the terminal how the start gets on. */
  readonly report: (line: string) => void;
}

/** The start was given up because the process is to stop. */
export class StartAbandonedError extends Error {
  constructor() {
    super('The program was stopped while it was starting.');
    this.name = new.target.name;
  }
}

/**
 * Starts everything and listens. What it opens is closed by `lifecycle`.
 *
 * @returns the address that it answers at
 */
export async function startProgram(options: ProgramOptions): Promise<string> {
  const { config, lifecycle } = options;
  const uri = config.mongodbUri ?? (await startLocalDatabase(options));
  assertNotStopping(lifecycle);
  const database = await connect(uri);
  lifecycle.add('the database connection', () => database.close());
  const secretKey = config.secretKey ?? (await readOrCreateSecretKey(config.dataDirectory));
  const services = composeServices({ config, database, secretKey });
  const app = await buildServer({ config, database, services });
  lifecycle.add('the server', () => app.close());
  reportConflicts(await services.initialize(), app);
  assertNotStopping(lifecycle);
  return listen(app, config);
}

async function connect(uri: string): Promise<Database> {
  try {
    return await Database.connect({ uri });
  } catch (error) {
    if (!(error instanceof ServiceUnavailableError)) {
      throw error;
    }
    // The hosts only: what stands before them is the password.
    const hosts = uri.replace(/^[^/]+\/\/([^@/]*@)?/, '').split('/', 1)[0];
    throw new Error(`Cannot reach MongoDB at ${hosts}, where MONGODB_URI points.`, {
      cause: error,
    });
  }
}

function assertNotStopping(lifecycle: Lifecycle): void {
  if (lifecycle.isClosing) {
    throw new StartAbandonedError();
  }
}

function reportConflicts(reports: readonly CollectionReport[], app: FastifyInstance): void {
  for (const { collectionName, indexConflicts } of reports) {
    for (const { indexName, conflictingIds } of indexConflicts) {
      app.log.error(
        { collection: collectionName, index: indexName, conflicting_ids: conflictingIds },
        'documents collide, so the unique index could not be built',
      );
    }
  }
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new Error(
        `Cannot listen on ${host}:${port} (${code}). Set HOST and PORT to an address that is free.`,
        { cause: error },
      );
    }
    throw error;
  }
}
