import { AccountService } from '@org/account';
import type { AuditService } from '@org/audit';
import { AuthenticationService, LoginService } from '@org/authentication';
import { createAccountGuard } from '@org/authentication/rest-api';
import type { AccountGuard } from '@org/core/rest-api';
import type { CollectionReport, IndexConflict } from '@org/core/store';
import type { Events } from '@org/events';
import type { JobService } from '@org/jobs';
import type { DevelopmentOutboxService, NotificationService } from '@org/notification';

import type { Domain } from './domains/domain.ts';
import { composeDomains } from './domains/domains.ts';
import { composeFoundation, type CompositionOptions } from './foundation.ts';
import { ForeignValidators } from './foreign-validators.ts';
import { SecretWatch } from './secret-watch.ts';
import { accountSettings, authenticationSettings } from './service-settings.ts';

/** The program's services, each built once. */
export interface Services extends BackgroundWork {
  readonly audit: AuditService;
  readonly events: Events;
  readonly jobs: JobService;
  readonly notification: NotificationService;
  readonly authentication: AuthenticationService;
  readonly accounts: AccountService;
  readonly login: LoginService;
  readonly domains: readonly Domain[];
  readonly guard: AccountGuard;
  /** Watches everything that is stored encrypted. */
  readonly secretWatch: SecretWatch;
  /** Undefined unless messages stay in the development outbox. */
  readonly outbox: DevelopmentOutboxService | undefined;
  /** Creates collections, indexes and the signing key. */
  initialize(): Promise<void>;
  /** Unique indexes that could not be built because an earlier program's documents collide. */
  readonly indexConflicts: () => readonly IndexConflict[];
  readonly foreignValidators: ForeignValidators;
}

/** What a worker does. */
interface BackgroundWork {
  /** Starts running jobs, delivering messages and calling listeners. */
  startWork(): Promise<void>;
  /** Gives back unfinished work; harmless if nothing was started. */
  stopWork(): Promise<void>;
}

/** Builds all services, leaves first. */
export function composeServices(options: CompositionOptions): Services {
  const { config, database, clock = database.clock } = options;
  const foundation = composeFoundation({ ...options, clock });
  const { audit, events, jobs, notification, throttle, outbox, secretKey } = foundation;
  const shared = { database, audit, clock, events, notification, throttle };
  const authentication = AuthenticationService.create({
    ...shared,
    secretKey,
    accountCollection: AccountService.accountCollection,
    settings: authenticationSettings(config),
  });
  const domains = composeDomains({ database, audit, config, events });
  const accounts = AccountService.create({
    ...shared,
    jobs,
    authentication,
    personalDataProviders: [events, ...domains].map(
      ({ personalDataProvider }) => personalDataProvider,
    ),
    onDebug: (message) => options.logger.debug(message),
    onWarning: (message) => options.logger.warn(message),
    settings: accountSettings(config),
  });
  jobs.registerBuiltInJobs({ audit });
  authentication.registerJobs(jobs);
  accounts.registerJobs(jobs);
  const modules = { audit, events, jobs, notification, authentication, accounts };
  const beside = [throttle, ...domains, ...(outbox === undefined ? [] : [outbox])];
  return {
    ...modules,
    login: LoginService.create({ authentication, accounts, audit, throttle }),
    domains,
    guard: createAccountGuard({ authentication, audit }),
    outbox,
    secretWatch: new SecretWatch({
      ...options,
      storedSecrets: [...authentication.storedSecrets, ...notification.storedSecrets],
    }),
    ...initializationOf(
      [...Object.values(modules), ...beside],
      new ForeignValidators({ ...options, clock }),
    ),
    ...backgroundWorkOf(modules),
  };
}

interface Initializable {
  initialize(): Promise<readonly CollectionReport[]>;
}

function initializationOf(
  modules: readonly Initializable[],
  foreignValidators: ForeignValidators,
): Pick<Services, 'initialize' | 'indexConflicts' | 'foreignValidators'> {
  let conflicts: readonly IndexConflict[] = [];
  return {
    initialize: async () => {
      const reports = (await Promise.all(modules.map((module) => module.initialize()))).flat();
      conflicts = reports.flatMap((report) => report.indexConflicts);
      foreignValidators.watch(reports.map(({ collectionName }) => collectionName));
    },
    indexConflicts: () => conflicts,
    foreignValidators,
  };
}

function backgroundWorkOf({
  events,
  jobs,
  notification,
}: Pick<Services, 'events' | 'jobs' | 'notification'>): BackgroundWork {
  return {
    startWork: async () => {
      notification.startDelivery();
      events.start();
      await jobs.start();
    },
    stopWork: async () => {
      await Promise.all([events.stop(), jobs.stop(), notification.stopDelivery()]);
    },
  };
}
