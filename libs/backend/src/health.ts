import type { IdentityProgress } from '@org/account';
import type { AuthenticationService } from '@org/authentication';
import { OperationContext, ServiceUnavailableError } from '@org/core';
import type { Database, IndexConflict } from '@org/core/store';

import type { ForeignValidators } from './foreign-validators.ts';
import type { UnreadableSecrets } from './secret-watch.ts';

/** What an operator should look at, although requests are served. */
export interface HealthReport {
  /** Unique indexes that could not be built because an earlier program's documents collide. */
  readonly indexConflicts: readonly IndexConflict[];
  readonly unreadableSecrets: readonly UnreadableSecrets[];
  /** Of a database whose names are kept unique by indexes as well; undefined in a complete one. */
  readonly identityProgress: IdentityProgress | undefined;
}

export interface HealthDependencies {
  readonly database: Database;
  readonly authentication: AuthenticationService;
  readonly foreignValidators: ForeignValidators;
}

export const healthContext = OperationContext.anonymous('health');

/** @throws ServiceUnavailableError that says what keeps requests from being served */
export async function assertServing(dependencies: HealthDependencies): Promise<void> {
  const { database, authentication, foreignValidators } = dependencies;
  try {
    await database.ping();
  } catch (error) {
    throw new ServiceUnavailableError({ cause: error, message: 'MongoDB does not answer.' });
  }
  // Requests are served with what was read earlier, but the next process would not even start.
  const unreadable = await authentication.getUnreadableSecrets(healthContext);
  if (unreadable.length > 0) {
    throw new ServiceUnavailableError({
      message: `This process has no secret key that reads: ${unreadable.join(', ')}.`,
    });
  }
  // With them, MongoDB may reject writes, including codes and sessions.
  const collections = await foreignValidators.find();
  if (collections.length > 0) {
    throw new ServiceUnavailableError({
      message: `Another program gave these collections its validators: ${collections.join(', ')}. Stop it, then restart this one.`,
    });
  }
}
