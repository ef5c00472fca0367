import type { AccountFieldDefinitions, NoFields } from '@org/account';
import { Database } from '@org/core/store';

import { composeBackend, type Backend } from './backend.ts';
import type { BackendOptions } from './backend-options.ts';
import { databaseLog } from './database-log.ts';
import { silentLogger } from './logger.ts';

/**
 * Connects to MongoDB, creates what is missing there, and returns the backend, ready to serve. Jobs
 * and messages wait until `startWork` is called, here or in another process.
 *
 * @throws ServiceUnavailableError if MongoDB does not answer
 * @throws RangeError if an option is refused
 * @throws InvalidModuleError if a domain is not as it declares
 * @example
 * const backend = await createBackend({
 *   mongodbUri: 'mongodb://localhost/example?replicaSet=rs0',
 *   secretKey: process.env.SECRET_KEY,
 *   webAppUrl: 'https://app.example.com',
 *   email: { kind: 'smtp', url: process.env.SMTP_URL, from: 'Example <no-reply@example.com>' },
 * });
 * await fastify().register(backend.plugin).listen({ port: 3000 });
 * await backend.startWork();
 */
export async function createBackend<Fields extends AccountFieldDefinitions = NoFields>(
  options: BackendOptions<Fields>,
): Promise<Backend<Fields>> {
  const { mongodbUri: uri, databaseName, clock, logger = silentLogger } = options;
  const database = Database.create({
    uri,
    ...(databaseName === undefined ? {} : { databaseName }),
    ...(clock === undefined ? {} : { clock }),
    ...databaseLog(logger),
  });
  try {
    const backend = composeBackend({ ...options, database });
    await database.open();
    await backend.initialize();
    backend.startUpkeep();
    const close = async (): Promise<void> => {
      await backend.close();
      await database.close();
    };
    return { ...backend, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}
