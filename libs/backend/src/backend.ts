import {
  AccountService,
  defineAccountFields,
  type AccountFieldDefinitions,
  type NoFields,
} from '@org/account';
import type { Database, IndexConflict } from '@org/core/store';
import type { FastifyPluginAsync } from 'fastify';

import { requestSessions, type RequestSessions } from './authenticate.ts';
import type { ComposeOptions, HttpSettings } from './backend-options.ts';
import { checkOptions } from './check-options.ts';
import { ForeignValidators } from './foreign-validators.ts';
import { HandlerApp, type RequestHandler } from './handler.ts';
import { assertServing, healthContext, type HealthReport } from './health.ts';
import { warnOfUnheardEvents } from './listener-log.ts';
import { silentLogger, type BackendLogger } from './logger.ts';
import { composeModules, type Modules } from './modules.ts';
import { createPlugin } from './plugin.ts';
import { SecretWatch } from './secret-watch.ts';
import { movesPrevious, toSecretKey } from './to-secret-key.ts';

const { name: ACCOUNTS } = AccountService.accountCollection;

/** The modules, and what serves them. */
export interface Backend<Fields extends AccountFieldDefinitions = NoFields>
  extends Omit<Modules<Fields>, 'domains' | 'initialize'>, RequestSessions {
  readonly database: Database;
  /**
   * Fastify plugin with every route at its address: `/api/…` and `/.well-known/jwks.json`. Register
   * it without a prefix.
   */
  readonly plugin: FastifyPluginAsync;
  /**
   * The same for Node's own server, Express and Nest: `app.use(backend.handler)`, before anything
   * that reads bodies.
   */
  readonly handler: RequestHandler;
  /**
   * Whether requests can be served.
   *
   * @throws ServiceUnavailableError that says what is missing
   */
  checkHealth(): Promise<HealthReport>;
  /** Creates collections, indexes and keys; may be called again after a failure. */
  initialize(): Promise<void>;
  /** Starts what every process does in the background: storing buffered audit records, telling other processes that it runs, and moving what a previous secret key encrypted. */
  startUpkeep(): void;
  /** Stops everything, and gives back unfinished work. */
  close(): Promise<void>;
}

/**
 * Builds a backend on a database that need not be open yet, for a program that has its own way to
 * start: the same modules for its API, its workers and its commands. `createBackend` is simpler.
 *
 * @throws InvalidModuleError if a domain owns personal data and does not provide it, or a job, a
 *   topic or a listener is not declared
 * @throws RangeError if an option is refused
 */
export function composeBackend<Fields extends AccountFieldDefinitions = NoFields>(
  options: ComposeOptions<Fields>,
): Backend<Fields> {
  checkOptions(options, ['database', 'secretKey']);
  const { database, clock = database.clock, logger = silentLogger, settings = {} } = options;
  const { fields = defineAccountFields({}) as Fields } = options;
  const secretKey = toSecretKey(options.secretKey);
  const { domains, ...modules } = composeModules({ ...options, secretKey, fields, clock, logger });
  const { accounts, authentication, roles, audit, storedSecrets } = modules;
  const foreignValidators = new ForeignValidators({ database, clock, logger });
  const secretWatch = new SecretWatch({ storedSecrets, logger });
  const http = { ...settings.http, ownOrigin: options.apiUrl && new URL(options.apiUrl).origin };
  const plugin = createPlugin({ ...modules, domains, http });
  const handlerApp = new HandlerApp(plugin, http, logger);
  let indexConflicts: readonly IndexConflict[] = [];
  return {
    ...modules,
    database,
    plugin,
    handler: handlerApp.handle,
    ...requestSessions({ authentication, roles, audit, logger, http }),
    checkHealth: async () => {
      await assertServing({ database, authentication, foreignValidators });
      const identityProgress = await accounts.identities.findProgress(healthContext);
      if (identityProgress === undefined) {
        // Once the database is complete, no unique index of accounts can be missing any more.
        indexConflicts = indexConflicts.filter(({ collectionName }) => collectionName !== ACCOUNTS);
      }
      return { indexConflicts, unreadableSecrets: secretWatch.unreadable, identityProgress };
    },
    initialize: async () => {
      const reports = await modules.initialize();
      indexConflicts = reports.flatMap((report) => report.indexConflicts);
      foreignValidators.watch(reports.map(({ collectionName }) => collectionName));
    },
    startUpkeep: () => {
      startUpkeep(modules, http);
      logConflicts(indexConflicts, logger);
      warnOfUnheardEvents(modules.events.queue, logger);
      secretWatch.start({ movesPrevious: movesPrevious(options.secretKey) });
    },
    close: async () => {
      await handlerApp.close();
      await secretWatch.stop();
      await modules.stopWork();
      await accounts.close();
      await stopUpkeep(modules);
    },
  };
}

type Kept<Fields extends AccountFieldDefinitions> = Pick<
  Modules<Fields>,
  'accounts' | 'audit' | 'health'
>;

function startUpkeep<Fields extends AccountFieldDefinitions>(
  { accounts, audit, health }: Kept<Fields>,
  { hasAdminApi = false }: HttpSettings,
): void {
  audit.startFlushing();
  accounts.identities.startHeartbeat();
  if (hasAdminApi) {
    health.start();
  }
}

async function stopUpkeep<Fields extends AccountFieldDefinitions>({
  accounts,
  audit,
  health,
}: Kept<Fields>): Promise<void> {
  health.stop();
  await accounts.identities.stopHeartbeat();
  await audit.close();
}

function logConflicts(conflicts: readonly IndexConflict[], logger: BackendLogger): void {
  for (const { collectionName, indexName, conflictingIds } of conflicts) {
    logger.error(
      { collection: collectionName, index: indexName, conflicting_ids: conflictingIds },
      'documents collide, so the unique index could not be built',
    );
  }
}
