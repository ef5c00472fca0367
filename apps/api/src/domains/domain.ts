import type { PersonalDataProvider } from '@org/account';
import type { AuditTrail } from '@org/core';
import type { AccountGuard } from '@org/core/rest-api';
import type { CollectionReport, Database } from '@org/core/store';
import type { Events } from '@org/events';
import type { FastifyInstance } from 'fastify';

import type { Config } from '../config.ts';

/** Dependencies of a domain other than accounts. */
export interface DomainDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly config: Config;
  /** What happens in other modules: a domain registers its listeners here. */
  readonly events: Events;
}

/** One of the program's own domains, built and ready to be mounted. */
export interface Domain {
  initialize(): Promise<readonly CollectionReport[]>;
  /** Adds to an account's export, and erases data along with it. */
  readonly personalDataProvider: PersonalDataProvider;
  /** Registers its routes under the API's prefix. */
  mount(api: FastifyInstance, guard: AccountGuard): Promise<void>;
}
