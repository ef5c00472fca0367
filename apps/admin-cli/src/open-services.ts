import { join, resolve } from 'node:path';

import { openTracing, type Config } from '@org/api';
import { noTracing } from '@org/core';
import { Database, type DatabaseOptions } from '@org/core/store';

import type { Services } from './command-services.ts';
import { composeServices } from './composition-root.ts';
import { CommandFailedError } from './errors.ts';
import { findSecretKey } from './secret-key.ts';

/**
 * Connects to the program's database and builds its services.
 *
 * @throws CommandFailedError
 */
export async function openServices(config: Config): Promise<Services> {
  const secretKey = await findSecretKey(config);
  const uri = config.MONGODB_URI ?? (await findRunningMongodbUri(config));
  const tracing = await openTracing(config, 'org-admin');
  const database = await connect({ uri, tracing, monitorCommands: tracing !== undefined });
  tracing?.watch(database.client);
  const services = composeServices({ config, database, secretKey });
  try {
    const wasEmpty = !(await database.driver.listCollections({}, { nameOnly: true }).hasNext());
    await services.initialize();
    if (wasEmpty) {
      // As where MONGODB_URI has a wrong name, and before the first start of the program.
      const text = `The database ${database.driver.databaseName} was empty, and has its collections now. Is it the one of your program?`;
      process.emitWarning(text);
    }
  } catch (error) {
    await database.close();
    await tracing?.close();
    throw error;
  }
  return {
    ...services,
    tracing: tracing ?? noTracing,
    close: async () => {
      await services.close();
      await database.close();
      await tracing?.close();
    },
  };
}

/** The mongod that `npm start` runs. */
async function findRunningMongodbUri({ DATA_DIR }: Config): Promise<string> {
  // Loaded only here: a deployment has MONGODB_URI, but not this package.
  const { findLocalMongod } = await import('@org/local-mongodb');
  const directory = join(DATA_DIR, 'mongodb');
  const mongod = await findLocalMongod(directory);
  if (mongod === undefined) {
    throw new CommandFailedError(
      `MONGODB_URI is not set, and no program runs a MongoDB in ${resolve(directory)}. Set it, or start the program first (npm start).`,
    );
  }
  return mongod.uri;
}

async function connect(options: DatabaseOptions): Promise<Database> {
  try {
    return await Database.connect({
      ...options,
      onMalformedDocument: ({ message }) => process.emitWarning(`${message} It is left out.`),
    });
  } catch (error) {
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new CommandFailedError(`Cannot use the MongoDB: ${reason}`, error);
  }
}
