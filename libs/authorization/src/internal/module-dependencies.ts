import type { AccountLookup } from '@org/account';
import type { AuditTrail, Clock } from '@org/core';
import type { Database } from '@org/core/store';

/** What the parts of this module share. */
export interface ModuleDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly accounts: Pick<AccountLookup, 'getAccountById'>;
}
