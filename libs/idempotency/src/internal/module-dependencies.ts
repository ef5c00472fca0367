import type { AuditTrail, Clock, SecretKey } from '@org/core';
import type { Database } from '@org/core/store';

/** What the parts of this module share. */
export interface ModuleDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
}
