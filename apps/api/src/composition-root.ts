import { AccountService } from '@org/account';
import { AuditService } from '@org/audit';
import { AuthenticationService, LoginService, ThrottleService } from '@org/authentication';
import { createAccountGuard } from '@org/authentication/rest-api';
import { SecretKey, systemClock, type Clock } from '@org/core';
import type { AccountGuard } from '@org/core/rest-api';
import type { CollectionReport, Database, IndexConflict } from '@org/core/store';
import { JobService } from '@org/jobs';
import { NotificationService, type DevelopmentOutboxService } from '@org/notification';

import type { Config } from './config.ts';
import type { Domain } from './domains/domain.ts';
import { composeDomains } from './domains/domains.ts';
import type { Logger } from './logging.ts';
import { createProviders } from './providers.ts';
import { accountSettings, auditSettings, authenticationSettings } from './service-settings.ts';

export interface CompositionOptions {
  readonly config: Config;
  readonly database: Database;
  readonly secretKey: Uint8Array;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Tells the person at the terminal of messages that the development outbox keeps. */
  readonly report?: (line: string) => void;
}

/** The program's services, each built once. */
export interface Services extends BackgroundWork {
  readonly audit: AuditService;
  readonly jobs: JobService;
  readonly notification: NotificationService;
  readonly authentication: AuthenticationService;
  readonly accounts: AccountService;
  readonly login: LoginService;
  readonly domains: readonly Domain[];
  readonly guard: AccountGuard;
  /** Undefined unless messages stay in the development outbox. */
  readonly outbox: DevelopmentOutboxService | undefined;
  /** Creates collections, indexes and the signing key. */
  initialize(): Promise<void>;
  /** Unique indexes that documents of an earlier program keep from being built. */
  readonly indexConflicts: () => readonly IndexConflict[];
}

/** What a worker does. */
interface BackgroundWork {
  /** Begins to run jobs and to deliver messages. */
  startWork(): Promise<void>;
  /** Gives back what is being worked on; harmless when nothing was begun. */
  stopWork(): Promise<void>;
}

/** Builds all services, leaves first. */
export function composeServices(options: CompositionOptions): Services {
  const { config, database, logger, clock = systemClock, report = () => undefined } = options;
  const { previousSecretKey: previous } = config;
  const secretKey = SecretKey.create({
    current: options.secretKey,
    ...(previous === undefined ? {} : { previous }),
  });
  const audit = AuditService.create({ database, clock, settings: auditSettings(config) });
  const jobs = JobService.create({
    database,
    audit,
    clock,
    onError: (error, attempt) => logger.error({ err: error, ...attempt }, 'a job failed'),
  });
  const { providers, outbox } = createProviders({ config, database, audit, clock, report });
  const notification = NotificationService.create({
    database,
    audit,
    secretKey,
    clock,
    providers,
    onDeliveryError: (error) => logger.error({ err: error }, 'delivering messages failed'),
  });
  const throttle = ThrottleService.create({ database, audit, clock, enabled: config.rateLimits });
  const authentication = AuthenticationService.create({
    database,
    audit,
    notification,
    secretKey,
    throttle,
    clock,
    settings: authenticationSettings(config),
  });
  const domains = composeDomains({ database, audit });
  const accounts = AccountService.create({
    database,
    audit,
    jobs,
    notification,
    authentication,
    throttle,
    clock,
    dataHolders: domains.map(({ dataHolder }) => dataHolder),
    settings: accountSettings(config),
  });
  const login = LoginService.create({ authentication, accounts, audit, throttle });
  jobs.registerBuiltInJobs({ audit });
  authentication.registerJobs(jobs);
  accounts.registerJobs(jobs);
  const guard = createAccountGuard({ authentication, audit });
  const modules = { audit, jobs, notification, authentication, accounts };
  const toInitialize = [
    ...Object.values(modules),
    throttle,
    ...domains,
    ...(outbox ? [outbox] : []),
  ];
  return {
    ...modules,
    login,
    domains,
    guard,
    outbox,
    ...initializationOf(toInitialize),
    ...backgroundWorkOf(modules),
  };
}

interface Initializable {
  initialize(): Promise<readonly CollectionReport[] | undefined>;
}

function initializationOf(
  modules: readonly Initializable[],
): Pick<Services, 'initialize' | 'indexConflicts'> {
  let conflicts: readonly IndexConflict[] = [];
  return {
    initialize: async () => {
      const reports = await Promise.all(modules.map((module) => module.initialize()));
      conflicts = reports
        .flatMap((report) => report ?? [])
        .flatMap((report) => report.indexConflicts);
    },
    indexConflicts: () => conflicts,
  };
}

function backgroundWorkOf({
  jobs,
  notification,
}: Pick<Services, 'jobs' | 'notification'>): BackgroundWork {
  return {
    startWork: async () => {
      await Promise.all([jobs.start(), notification.startDelivery()]);
    },
    stopWork: async () => {
      await Promise.all([jobs.stop(), notification.stopDelivery()]);
    },
  };
}
