import type { AuditRecord } from '@org/audit';
import type { AuditTrail, OperationContext } from '@org/core';

/**
 * An audit trail that can tell an account what it holds about it, and forget who it was.
 * `AuditService` of `@org/audit` is one.
 */
export interface PersonalAuditTrail extends AuditTrail {
  /** Everything recorded of what the account did. */
  exportRecordsByActor(
    params: { readonly actorId: string },
    context: OperationContext,
  ): Promise<readonly AuditRecord[]>;

  /**
   * Puts a pseudonym in the place of the actor, and blanks what the records of the resources say of
   * their changes. May be called again for one that was interrupted.
   */
  pseudonymizeActor(
    params: {
      readonly actorId: string;
      readonly resources: readonly { readonly resourceType: string; readonly resourceId: string }[];
    },
    context: OperationContext,
  ): Promise<unknown>;
}
