import type { AuditEvent } from './audit-trail.ts';

/** A resource that audit records are about. */
export type AuditedResource = Pick<AuditEvent, 'resourceType' | 'resourceId'>;

/** How a module erases an account: in bounded, repeatable steps, outside of any transaction. */
export interface Erasure {
  /** Aborted to stop the erasure between two steps; another run continues it. */
  readonly signal: AbortSignal;

  /** Erases what the audit records say about these resources. Call it before deleting them. */
  readonly forget: (resources: readonly AuditedResource[]) => Promise<void>;
}
