import { AccountService } from '@org/account';
import { AuthenticationService, LoginService } from '@org/authentication';
import { createAccountGuard } from '@org/authentication/rest-api';
import { SecretKey, systemClock, type Clock } from '@org/core';
import type { AccountGuard } from '@org/core/rest-api';
import type { Database, IndexConflict } from '@org/core/store';
import { NotificationService } from '@org/notification';

import type { Config } from './config.ts';

export interface CompositionOptions {
  readonly config: Config;
  readonly database: Database;
  readonly secretKey: Uint8Array;
  readonly clock?: Clock;
}

/** The program's services, each built once. */
export interface Services {
  readonly accounts: AccountService;
  readonly login: LoginService;
  readonly guard: AccountGuard;
  /** Creates collections, indexes and the signing key. */
  initialize(): Promise<void>;
  /** Unique indexes that documents of an earlier program keep from being built. */
  readonly indexConflicts: () => readonly IndexConflict[];
}

/** Builds all services, leaves first. */
export function composeServices(options: CompositionOptions): Services {
  const { config, database, secretKey, clock = systemClock } = options;
  const notification = NotificationService.create({ database });
  const authentication = AuthenticationService.create({
    database,
    clock,
    secretKey: SecretKey.create({
      current: secretKey,
      ...(config.previousSecretKey === undefined ? {} : { previous: config.previousSecretKey }),
    }),
    settings: {
      accessTokenTimeToLive: config.accessTokenTimeToLive,
      accessTokenIssuer: config.accessTokenIssuer,
      accessTokenAudience: config.accessTokenAudience,
      sessionInactivityTimeToLive: config.sessionInactivityTimeToLive,
      sessionAbsoluteTimeToLive: config.sessionAbsoluteTimeToLive,
    },
  });
  const accounts = AccountService.create({
    database,
    notification,
    settings: { passwordMinimumLength: config.passwordMinimumLength },
  });
  const login = LoginService.create({ authentication, accounts });
  let conflicts: readonly IndexConflict[] = [];
  return {
    accounts,
    login,
    guard: createAccountGuard(authentication),
    initialize: async () => {
      const modules = [notification, authentication, accounts];
      const reports = await Promise.all(modules.map((module) => module.initialize()));
      conflicts = reports.flat().flatMap((report) => report.indexConflicts);
    },
    indexConflicts: () => conflicts,
  };
}
