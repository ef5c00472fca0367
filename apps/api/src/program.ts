import { Database, type IndexConflict } from '@org/core/store';
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

/** The program cannot start; the message says why and what to do. */
export class StartError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = new.target.name;
  }
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
  const uri = config.mongodbUri ?? (await startOwnMongod(options));
  assertNotStopping(lifecycle);
  const database = await connect(uri);
  lifecycle.add('the database connection', () => database.close());
  const secretKey = config.secretKey ?? (await readOrCreateSecretKey(config.dataDirectory));
  const services = composeServices({ config, database, secretKey });
  const app = await buildServer({ config, database, services });
  lifecycle.add('the server', () => app.close());
  await services.initialize();
  reportConflicts(services.indexConflicts(), app);
  assertNotStopping(lifecycle);
  return listen(app, config);
}

async function startOwnMongod(options: ProgramOptions): Promise<string> {
  try {
    return await startLocalDatabase(options);
  } catch (error) {
    throw new StartError((error as Error).message, error);
  }
}

async function connect(uri: string): Promise<Database> {
  try {
    return await Database.connect({ uri });
  } catch (error) {
    const reason = withoutUri(rootMessage(error), uri);
    throw new StartError(
      `Cannot use the MongoDB at ${hostsIn(uri)} (MONGODB_URI): ${reason}`,
      error,
    );
  }
}

/** The hosts only: what stands before them is the password. */
function hostsIn(uri: string): string {
  return uri.replace(/^[^/]+\/\/([^@/]*@)?/, '').split(/[/?]/, 1)[0] ?? '';
}

function rootMessage(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

function withoutUri(message: string, uri: string): string {
  return message.replaceAll(uri, 'the connection string');
}

function assertNotStopping(lifecycle: Lifecycle): void {
  if (lifecycle.isClosing) {
    throw new StartAbandonedError();
  }
}

function reportConflicts(conflicts: readonly IndexConflict[], app: FastifyInstance): void {
  for (const { collectionName, indexName, conflictingIds } of conflicts) {
    app.log.error(
      { collection: collectionName, index: indexName, conflicting_ids: conflictingIds },
      'documents collide, so the unique index could not be built',
    );
  }
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new StartError(
      `Cannot listen on ${host}:${port} (${code}). Set HOST and PORT to an address that is free.`,
      error,
    );
  }
}
