import type { OperationContext } from './operation-context.ts';

/** Stands for a value that no record may contain. */
export const REDACTED = '[redacted]';

/** Characters that a reason may have. */
export const LONGEST_REASON = 500;
const CODE_UNITS_PER_CHARACTER = 2;
/** No blank, control character or other one that shows nothing; the last looks like a blank. */
const SEEN = /[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

export type AuditOutcome = 'success' | 'denied' | 'failure';

/** A field's value before and after; `null` where it was absent. */
export interface FieldChange {
  readonly old: unknown;
  readonly new: unknown;
}

/** Something that happened to a resource. The context says who did it, and in which request. */
export interface AuditEvent {
  /** Name of the resource's collection. */
  readonly resourceType: string;
  /** Hex id; empty if unknown, as after a failed login with an unknown name. */
  readonly resourceId: string;
  /** `create`, `read`, `update`, `delete`, or an event from the OWASP logging vocabulary. */
  readonly action: string;
  /** Default: `success`. */
  readonly outcome?: AuditOutcome;
  readonly changes?: Readonly<Record<string, FieldChange>>;
  /** Keyed digest of the submitted name or number, if the acting account is unknown. */
  readonly subjectDigest?: string;
}

/** Records every change and security event. A port, so that storage depends on no module. */
export interface AuditTrail {
  /** Whether owners' reads of their own personal data are recorded; reads by others always are. */
  readonly recordsOwnerReads: boolean;

  /** Stores the events, in the context's transaction if any; throws ServiceUnavailableError. */
  record(events: readonly AuditEvent[], context: OperationContext): Promise<void>;

  /**
   * Records a failure or denial that anyone can cause at will, outside of any transaction. Repeats
   * of the same kind from the same source are counted instead of recorded one by one.
   *
   * @param source what to count by, such as the client's address
   */
  recordFromSource(event: AuditEvent, source: string, context: OperationContext): Promise<void>;
}

/** Whether a text tells why something was done: 1 to 500 characters, one of which can be seen. */
export function isReason(text: string): boolean {
  return (
    text.length <= LONGEST_REASON * CODE_UNITS_PER_CHARACTER &&
    Array.from(text).length <= LONGEST_REASON &&
    text.isWellFormed() &&
    SEEN.test(text)
  );
}
