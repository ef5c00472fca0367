import type { AccountFieldDefinitions, NoFields } from '@org/account';
import { Database } from '@org/core/store';

import { composeBackend, type Backend } from './backend.ts';
import type { BackendOptions } from './backend-options.ts';
import { checkOptions } from './check-options.ts';
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
 * const { MONGODB_URI: mongodbUri = '', SECRET_KEY: secretKey = '', SMTP_URL: url = '' } = process.env;
 * const backend = await createBackend({
 *   mongodbUri,
 *   secretKey,
 *   webAppUrl: 'https://app.example.com',
 *   email: { kind: 'smtp', url, from: 'Example <no-reply@example.com>' },
 * });
 * await backend.startWork();
 * const app = fastify();
 * await app.register(backend.plugin);
 * await app.listen({ port: 3000 });
 */
export async function createBackend<Fields extends AccountFieldDefinitions = NoFields>(
  options: BackendOptions<Fields>,
): Promise<Backend<Fields>> {
  checkOptions(options, ['mongodbUri', 'secretKey']);
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
      try {
        await backend.close();
      } finally {
        await database.close();
      }
    };
    return { ...backend, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}
