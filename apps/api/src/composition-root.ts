import { AccountService } from '@org/account';
import { AuditService } from '@org/audit';
import { AuthenticationService, LoginService, ThrottleService } from '@org/authentication';
import { createAccountGuard } from '@org/authentication/rest-api';
import { SecretKey, systemClock, type Clock } from '@org/core';
import type { AccountGuard } from '@org/core/rest-api';
import type { Database, IndexConflict } from '@org/core/store';
import { JobService } from '@org/jobs';
import { NotificationService } from '@org/notification';

import type { Config } from './config.ts';
import { createProviders, type Providers } from './providers.ts';

export interface CompositionOptions {
  readonly config: Config;
  readonly database: Database;
  readonly secretKey: Uint8Array;
  readonly clock?: Clock;
  /** Tells the person at the terminal of messages that the development outbox keeps. */
  readonly report?: (line: string) => void;
}

/** The program's services, each built once. */
export interface Services {
  readonly audit: AuditService;
  readonly jobs: JobService;
  readonly notification: NotificationService;
  readonly authentication: AuthenticationService;
  readonly accounts: AccountService;
  readonly login: LoginService;
  readonly guard: AccountGuard;
  /** Undefined unless messages stay in the development outbox. */
  readonly outbox: Providers['outbox'];
  /** Creates collections, indexes and the signing key. */
  initialize(): Promise<void>;
  /** Begins to run jobs and to deliver messages. */
  startWork(): Promise<void>;
  /** Gives back what is being worked on; harmless when nothing was begun. */
  stopWork(): Promise<void>;
  /** Unique indexes that documents of an earlier program keep from being built. */
  readonly indexConflicts: () => readonly IndexConflict[];
}

/** Builds all services, leaves first. */
export function composeServices(options: CompositionOptions): Services {
  const { config, database, clock = systemClock } = options;
  const secretKey = SecretKey.create({
    current: options.secretKey,
    ...(config.previousSecretKey === undefined ? {} : { previous: config.previousSecretKey }),
  });
  const audit = AuditService.create({ database, clock, settings: auditSettings(config) });
  const jobs = JobService.create({ database, audit, clock });
  const providers = createProviders({ config, database, report: options.report });
  const notification = NotificationService.create({
    database,
    audit,
    secretKey,
    clock,
    providers,
  });
  const throttle = ThrottleService.create({ database, clock, enabled: config.rateLimits });
  const authentication = AuthenticationService.create({
    database,
    audit,
    notification,
    secretKey,
    throttle,
    clock,
    settings: authenticationSettings(config),
  });
  const accounts = AccountService.create({
    database,
    audit,
    jobs,
    notification,
    authentication,
    throttle,
    clock,
    settings: accountSettings(config),
  });
  const login = LoginService.create({ authentication, accounts, audit, throttle });
  const modules = { audit, jobs, notification, throttle, authentication, accounts };
  jobs.registerBuiltInJobs({ audit });
  authentication.registerJobs(jobs);
  accounts.registerJobs(jobs);
  return {
    ...modules,
    login,
    guard: createAccountGuard({ authentication, audit }),
    outbox: providers.outbox,
    ...workOf({ jobs, notification }),
    ...initializationOf(Object.values(modules)),
  };
}
