import type { AuditRecord } from '@org/audit';
import type { AuditedResource, AuditTrail, OperationContext } from '@org/core';

/**
 * An audit trail that can tell an account what it holds about it, and forget who it was.
 * `AuditService` of `@org/audit` is one.
 */
export interface PersonalAuditTrail extends AuditTrail {
  /** Everything recorded of what the account did, page by page. */
  exportRecordsByActor(
    params: { readonly actorId: string },
    context: OperationContext,
  ): AsyncIterable<readonly AuditRecord[]>;

  /** Blanks what the records of the resources, some hundred, say of their changes. */
  eraseChanges(
    params: { readonly resources: readonly AuditedResource[]; readonly signal: AbortSignal },
    context: OperationContext,
  ): Promise<void>;

  /**
   * Takes the digest of a name that the account had off the records of the time in which it had it. May
   * be called again for one that was interrupted.
   */
  forgetSubject(
    params: { readonly subjectDigest: string; readonly from: Date; readonly to: Date },
    context: OperationContext,
  ): Promise<void>;

  /**
   * Puts a pseudonym in the place of the actor, and blanks before what the records of the resources
   * that it changed say. Goes on with one that was interrupted.
   */
  pseudonymizeActor(
    params: {
      readonly actorId: string;
      readonly pseudonym: string;
      readonly signal: AbortSignal;
    },
    context: OperationContext,
  ): Promise<void>;

  /** Blanks what can still be found where an earlier version broke off the erasure of the account. */
  eraseOfAbandonedErasure(
    params: { readonly account: AuditedResource; readonly signal: AbortSignal },
    context: OperationContext,
  ): Promise<void>;
}
