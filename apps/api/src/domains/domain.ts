import type { AccountLookup, PersonalDataProvider } from '@org/account';
import type { ModuleManifest, SecretKey } from '@org/core';
import type { AccountGuard } from '@org/core/rest-api';
import type { CollectionReport, Database, StoredSecrets } from '@org/core/store';
import type { FastifyInstance } from 'fastify';

import type { accountFields } from '../account-fields.ts';
import type { Config } from '../config.ts';
import type { Foundation } from '../foundation.ts';

/** Dependencies of a domain other than accounts. */
export interface DomainDependencies extends Pick<
  Foundation,
  'audit' | 'events' | 'jobs' | 'notification' | 'throttle'
> {
  readonly accounts: AccountLookup<typeof accountFields>;
  /** Its `withTransaction` stores a change, its events, jobs and messages, or none of them. */
  readonly database: Database;
  readonly secretKey: SecretKey;
  readonly config: Config;
}

/** One of the program's own domains, built and ready to be mounted. */
export interface Domain {
  readonly manifest: ModuleManifest;
  initialize(): Promise<readonly CollectionReport[]>;
  /**
   * Adds to an account's export, and erases data along with it. Required if a collection of the
   * manifest says so.
   */
  readonly personalDataProvider?: PersonalDataProvider;
  /** What it stores encrypted. Default: nothing. */
  readonly storedSecrets?: readonly StoredSecrets[];
  /** Starts what it does in a worker besides jobs and listeners. Default: nothing. */
  startWork?(): void;
  stopWork?(): Promise<void>;
  /** Registers its routes under the API's prefix. Default: it has none. */
  mount?(api: FastifyInstance, guard: AccountGuard): Promise<void>;
}
