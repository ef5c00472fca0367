import type { Actor, AuditOutcome, FieldChange } from '@org/core';

/** Something that happened, as it was recorded. */
export interface AuditRecord {
  readonly id: string;
  /** Name of the resource's collection. */
  readonly resourceType: string;
  /** Hex id; empty where none is known, or where counted events are of several resources. */
  readonly resourceId: string;
  readonly actorType: Actor['type'];
  /** `null` for the anonymous; a random id where the actor was pseudonymised. */
  readonly actorId: string | null;
  /** `create`, `read`, `update`, `delete`, or an event of the OWASP logging vocabulary. */
  readonly action: string;
  readonly outcome: AuditOutcome;
  /** By field. Secrets are `[redacted]`, bytes `[binary]`, what was erased `[erased]`. */
  readonly changes: Readonly<Record<string, FieldChange>>;
  readonly requestId: string;
  /** When it happened; the last time, where several events were counted. */
  readonly timestamp: Date;
  /** What a flood of such events is counted by, such as the client's address. */
  readonly source: string | null;
  /** How many events the record stands for. */
  readonly count: number;
  /** When the first of several counted events happened. */
  readonly countedSince: Date | null;
  /** Keyed digest of the name or number that was submitted, where no account was known to act. */
  readonly subjectDigest: string | null;
}

/** Which records of a query to answer. */
export interface AuditPageParams {
  /** Records from this time on. */
  readonly from?: Date | undefined;
  /** Records before this time. */
  readonly to?: Date | undefined;
  /** From 1 on; default 50. More than 200 are not answered at once. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before, of the same query. */
  readonly cursor?: string | undefined;
}

/** Newest first; of those of one millisecond, the one stored last first. */
export interface AuditPage {
  readonly items: readonly AuditRecord[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
}

export interface AuditResource {
  readonly resourceType: string;
  readonly resourceId: string;
}

export interface AuditRecordsByResourceParams extends AuditPageParams, AuditResource {}

export interface AuditRecordsByActorParams extends AuditPageParams {
  readonly actorType: Actor['type'];
  /** `null` for the anonymous. */
  readonly actorId: string | null;
}

export interface AuditRecordsBySubjectParams extends AuditPageParams {
  /** Of a name or number. */
  readonly subjectDigest: string;
  /** Whose records are answered beside, such as the account that has the name. Default: none. */
  readonly resource?: AuditResource | undefined;
}

export interface ForgetSubjectParams {
  /** Of a name or number that an account had. */
  readonly subjectDigest: string;
  /** Since when, inclusive. */
  readonly from: Date;
  /** Until when, inclusive. */
  readonly to: Date;
}

export type AuditRecordsByTimeParams = AuditPageParams;

export interface ExportRecordsByActorParams {
  /** Id of the account. */
  readonly actorId: string;
}

export interface EraseChangesParams {
  /** What belonged to the account: some hundred at a time. */
  readonly resources: readonly AuditResource[];
  /** Ends it between two steps. */
  readonly signal: AbortSignal;
}

export interface PseudonymizeActorParams {
  /** Id of the account. */
  readonly actorId: string;
  /** What takes its place: random, and the same each time that this is called for the account. */
  readonly pseudonym: string;
  /** Ends it between two steps. */
  readonly signal: AbortSignal;
}

export interface EraseOfAbandonedErasureParams {
  /** The account's document. */
  readonly account: AuditResource;
  /** Ends it between two steps. */
  readonly signal: AbortSignal;
}

/** What is counted in memory and not stored yet. */
export interface AuditBufferStatistics {
  /** Events that are counted. */
  readonly events: number;
  /** Kinds and sources of events that are watched. */
  readonly keys: number;
}
