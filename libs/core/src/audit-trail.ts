import type { OperationContext } from './operation-context.ts';

/** How what is recorded ended. */
export type AuditOutcome = 'success' | 'denied' | 'failure';

/** What a field held before and holds now; `null` where it was not there. */
export interface FieldChange {
  readonly old: unknown;
  readonly new: unknown;
}

/** Something that happened to a resource. Who did it, and in which request, is in the context. */
export interface AuditEvent {
  /** Name of the resource's collection. */
  readonly resourceType: string;
  /** Hex id; empty where none is known, as after a failed login with an unknown name. */
  readonly resourceId: string;
  /** `create`, `read`, `update`, `delete`, or an event of the OWASP logging vocabulary. */
  readonly action: string;
  /** Default: `success`. */
  readonly outcome?: AuditOutcome;
  readonly changes?: Readonly<Record<string, FieldChange>>;
  /** Keyed digest of the name or number that was submitted, where no account is known to act. */
  readonly subjectDigest?: string;
}

/**
 * Where every change of a repository and every security event is recorded. Core owns this interface
 * and `@org/audit` implements it, so that storage depends on no module.
 */
export interface AuditTrail {
  /** Whether reads of personal data by their owner are recorded; those by others always are. */
  readonly recordsOwnerReads: boolean;

  /**
   * Stores the events, in the transaction of the context when it carries one.
   *
   * @throws ServiceUnavailableError when they cannot be stored
   */
  record(events: readonly AuditEvent[], context: OperationContext): Promise<void>;

  /**
   * Records a failure or denial that someone can cause at will, outside of any transaction. Repeated
   * ones of the same kind and source are counted instead of recorded one by one.
   *
   * @param source what the events are counted by, such as the client's address
   */
  recordFromSource(event: AuditEvent, source: string, context: OperationContext): Promise<void>;
}
