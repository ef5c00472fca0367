import { randomUUID } from 'node:crypto';

import { Database, type DatabaseOptions } from '../store/index.ts';

/** A database of its own name on a real server, and the way to remove it. */
export interface ThrowawayDatabase {
  readonly database: Database;
  readonly databaseName: string;
  /** Removes the database and closes the connection. */
  remove(): Promise<void>;
}

/** Connects to a database that nothing else uses. It exists on the server from the first write. */
export async function createThrowawayDatabase(
  options: Omit<DatabaseOptions, 'databaseName'>,
): Promise<ThrowawayDatabase> {
  const databaseName = `test-${randomUUID()}`;
  const database = await Database.connect({
    // Tests of several projects share the machine; none is about how soon it gives up.
    serverSelectionTimeoutMilliseconds: 10_000,
    ...options,
    databaseName,
  });
  return {
    database,
    databaseName,
    remove: async () => {
      await database.driver.dropDatabase();
      await database.close();
    },
  };
}
