import { AccountService } from '@org/account';
import { AuthenticationService, LoginService } from '@org/authentication';
import { createAccountGuard } from '@org/authentication/rest-api';
import { SecretKey, systemClock, type Clock } from '@org/core';
import type { AccountGuard } from '@org/core/rest-api';
import type { CollectionReport, Database } from '@org/core/store';
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
  initialize(): Promise<readonly CollectionReport[]>;
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
    settings: config,
  });
  const accounts = AccountService.create({ database, notification, settings: config });
  const login = LoginService.create({ authentication, accounts });
  return {
    accounts,
    login,
    guard: createAccountGuard(authentication),
    initialize: async () => {
      const modules = [notification, authentication, accounts];
      return (await Promise.all(modules.map((module) => module.initialize()))).flat();
    },
  };
}
