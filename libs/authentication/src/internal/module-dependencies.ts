import type { AuditTrail, Clock, SecretKey } from '@org/core';
import type { Database } from '@org/core/store';

/** Dependencies of this module's services, which pass them to their readers and writers. */
export interface ModuleDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
}
