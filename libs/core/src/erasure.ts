import type { AuditEvent } from './audit-trail.ts';

/** A resource that audit records are about. */
export type AuditedResource = Pick<AuditEvent, 'resourceType' | 'resourceId'>;

/**
 * How a module erases what it keeps of an account: in bounded steps, each of which may be repeated,
 * outside of any transaction.
 */
export interface Erasure {
  /** Aborted when the erasure is to stop between two steps; another run goes on with it. */
  readonly signal: AbortSignal;

  /**
   * Makes the audit trail forget what its records say of these resources. Call it before they are
   * deleted: afterwards nothing leads to their records any more.
   */
  readonly forget: (resources: readonly AuditedResource[]) => Promise<void>;
}
