import { randomUUID } from 'node:crypto';

import { Database, type DatabaseOptions } from '../store/index.ts';

/** A uniquely named database on a real server, and how to remove it. */
export interface ThrowawayDatabase {
  readonly database: Database;
  readonly databaseName: string;
  /** Removes the database and closes the connection. */
  remove(): Promise<void>;
}

/** Connects to a database of its own, which exists on the server from the first write on. */
export async function createThrowawayDatabase(
  options: Omit<DatabaseOptions, 'databaseName'>,
): Promise<ThrowawayDatabase> {
  const databaseName = `test-${randomUUID()}`;
  const database = await Database.connect({
    // Tests of several projects share the machine, and none is about this timeout.
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
