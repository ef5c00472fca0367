import type { AuditTrail, Clock, SecretKey } from '@org/core';
import type { Database } from '@org/core/store';

/** What the services of this module are built with, and hand to their readers and writers. */
export interface ModuleDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
}
