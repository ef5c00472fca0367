import { randomUUID } from 'node:crypto';

import { Database, type DatabaseOptions } from '../store/index.ts';

/** A uniquely named database on a real server, and how to remove it. */
export interface ThrowawayDatabase {
  readonly database: Database;
  readonly databaseName: string;
  /** Removes the database and closes the connection. */
  remove(): Promise<void>;
}

type ThrowawayOptions = Omit<DatabaseOptions, 'databaseName'>;

/** Connects to a database of its own, which exists on the server from the first write on. */
export async function createThrowawayDatabase(
  options: ThrowawayOptions,
): Promise<ThrowawayDatabase> {
  const databaseName = nameDatabase();
  const database = await connect(options, databaseName);
  return {
    database,
    databaseName,
    remove: async () => {
      await database.driver.dropDatabase();
      await database.close();
    },
  };
}

/**
 * Databases that are emptied and used again, one test after the other: to create collections and
 * indexes takes longer than most tests. For tests that change neither; validators may change, since
 * initialization restores them.
 */
export class ReusedDatabases {
  readonly #kept: ReadonlySet<string>;
  readonly #idle: string[] = [];

  /** @param kept names of collections that are not emptied */
  constructor(kept: readonly string[] = []) {
    this.#kept = new Set(kept);
  }

  /** Its `remove` empties the database, and leaves it to the next test. */
  async connect(options: ThrowawayOptions): Promise<ThrowawayDatabase> {
    const databaseName = this.#idle.pop() ?? nameDatabase();
    const database = await connect(options, databaseName);
    return {
      database,
      databaseName,
      remove: async () => {
        await this.#empty(database);
        await database.close();
        this.#idle.push(databaseName);
      },
    };
  }

  /** Removes those that no test uses. */
  async drop(options: ThrowawayOptions): Promise<void> {
    for (const databaseName of this.#idle.splice(0)) {
      const database = await connect(options, databaseName);
      await database.driver.dropDatabase();
      await database.close();
    }
  }

  async #empty({ driver }: Database): Promise<void> {
    const collections = await driver.listCollections({}, { nameOnly: true }).toArray();
    const emptied = collections.filter(({ name }) => !this.#kept.has(name));
    await Promise.all(emptied.map(({ name }) => driver.collection(name).deleteMany({})));
  }
}

function nameDatabase(): string {
  return `test-${randomUUID()}`;
}

async function connect(options: ThrowawayOptions, databaseName: string): Promise<Database> {
  // Tests of several projects share the machine, and none is about this timeout.
  const patience = { serverSelectionTimeoutMilliseconds: 10_000 };
  return Database.connect({ ...patience, ...options, databaseName });
}
