import type { Actor, AuditedResource, AuditOutcome, FieldChange } from '@org/core';

export interface AuditRecord {
  readonly id: string;
  /** Name of the resource's collection. */
  readonly resourceType: string;
  /** Hex id; empty if unknown, or if the counted events concern several resources. */
  readonly resourceId: string;
  readonly actorType: Actor['type'];
  /** `null` if anonymous; a random id if the actor was pseudonymised. */
  readonly actorId: string | null;
  /** `create`, `read`, `update`, `delete`, or an event from the OWASP logging vocabulary. */
  readonly action: string;
  readonly outcome: AuditOutcome;
  /** By field. Secrets are `[redacted]`, bytes `[binary]`, erased values `[erased]`. */
  readonly changes: Readonly<Record<string, FieldChange>>;
  readonly requestId: string;
  /** When it happened; if several events were counted, the last one. */
  readonly timestamp: Date;
  /** What floods of such events are counted by, such as the client's address. */
  readonly source: string | null;
  /** How many events the record stands for. */
  readonly count: number;
  /** When the first of several counted events happened. */
  readonly countedSince: Date | null;
  /** Keyed digest of the submitted name or number, if the acting account was unknown. */
  readonly subjectDigest: string | null;
}

export interface AuditPageParams {
  /** Records from this time on. */
  readonly from?: Date | undefined;
  /** Records before this time. */
  readonly to?: Date | undefined;
  /** At least 1; default 50. At most 200 are returned at once. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the same query's previous page. */
  readonly cursor?: string | undefined;
}

/** Newest first; within a millisecond, the last one stored first. */
export interface AuditPage {
  readonly items: readonly AuditRecord[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
}

export interface AuditRecordsByResourceParams extends AuditPageParams, AuditedResource {}

export interface AuditRecordsByActorParams extends AuditPageParams {
  readonly actorType: Actor['type'];
  /** `null` if anonymous. */
  readonly actorId: string | null;
}

export interface AuditRecordsBySubjectParams extends AuditPageParams {
  /** Of a name or number. */
  readonly subjectDigest: string;
  /** Its records are also returned, such as those of the account with the name. Default: none. */
  readonly resource?: AuditedResource | undefined;
}

export interface ForgetSubjectParams {
  /** Of a name or number that an account had. */
  readonly subjectDigest: string;
  /** Inclusive. */
  readonly from: Date;
  /** Inclusive. */
  readonly to: Date;
}

export type AuditRecordsByTimeParams = AuditPageParams;

export interface ExportRecordsByActorParams {
  /** Id of the account. */
  readonly actorId: string;
}

export interface EraseChangesParams {
  /** The account's resources: a few hundred at a time. */
  readonly resources: readonly AuditedResource[];
  /** Stops it between two steps. */
  readonly signal: AbortSignal;
}

export interface PseudonymizeActorParams {
  /** Id of the account. */
  readonly actorId: string;
  /** Replaces the id: random, and the same on each call for the account. */
  readonly pseudonym: string;
  /** Stops it between two steps. */
  readonly signal: AbortSignal;
}

export interface EraseOfAbandonedErasureParams {
  /** The account's document. */
  readonly account: AuditedResource;
  /** Stops it between two steps. */
  readonly signal: AbortSignal;
}

export interface AuditSettings {
  /** Whether owners' reads of their own personal data are also recorded. Default: false. */
  readonly recordsOwnerReads?: boolean;
  /** How long records are kept. Default: 400 days. */
  readonly retentionMilliseconds?: number;
  /** How long events of one kind and source are counted before becoming one. Default: 1 min. */
  readonly sourceWindowMilliseconds?: number;
  /** How many events of one kind and source are recorded individually per window. Default: 5. */
  readonly recordedPerSourceWindow?: number;
  /** How many kinds and sources are tracked at a time, to bound memory. Default: 10,000. */
  readonly maximumWatchedSources?: number;
}

/** Events counted in memory and not stored yet. */
export interface AuditBufferStatistics {
  readonly events: number;
  /** Kinds and sources being tracked. */
  readonly keys: number;
}

/** What events have in common that are counted together. */
export interface AuditEventKind {
  /** Name of the resource's collection. */
  readonly resourceType: string;
  /** Such as `authn_login_success`. */
  readonly action: string;
}
